import Ablations
import CounterRandom
import Evaluation
import LanguageModel
import Mixtures
import Runs
import Streams
import TestFolders
import TokenShards
import Training

/// Token sources with a known distribution, and studies on them that take a second.
struct SmallStudy {
  static let vocabulary = 62
  /// The end of a text, which also stands before each document.
  static let endOfText: UInt32 = 61
  let scratch: TemporaryFolder

  /// How a source draws its tokens.
  enum Process {
    /// The next token follows from the one before, nine times in ten.
    case chain(multiplier: Int)
    /// Every token is as likely as every other.
    case noise

    func document(_ random: CounterRandom, length: Int) -> [UInt32] {
      var token = Int(random.below(61, 0))
      return (0..<length).map { place in
        let draw = UInt64(3 * place)
        switch self {
        case .noise: token = Int(random.below(61, draw + 1))
        case .chain(let multiplier):
          let isFree = random.uniform(draw + 1) < 0.1
          token = isFree ? Int(random.below(61, draw + 2)) : (token * multiplier + 3) % 61
        }
        return UInt32(token)
      }
    }
  }

  init() throws { scratch = try TemporaryFolder() }

  func shards(_ name: String, _ process: Process, documents: Int = 200) throws -> DomainShards {
    let folder = scratch.path + "/shards/" + name
    try Folder.create(folder)
    let writer = try ShardWriter(
      folder: folder, name: name,
      header: ShardHeader(
        vocabularyCount: Self.vocabulary, tokenizerDigest: ContentDigest("t"),
        endOfText: Self.endOfText),
      origin: ShardOrigin(domain: name, source: "s", licence: "l"))
    for document in 0..<documents {
      let random = CounterRandom(seed: UInt64(document), purpose: "documents of \(name)")
      try writer.append(process.document(random, length: 60))
    }
    try ShardIndex(try writer.finish()).write(to: folder)
    return try DomainShards(name: name, folder: folder)
  }

  func documents(_ domains: [(String, Process)], purpose: String) throws -> EvaluationDocuments {
    var documents = EvaluationDocuments(domains: domains.map(\.0))
    for (index, domain) in domains.enumerated() {
      for document in 0..<40 {
        let random = CounterRandom(seed: UInt64(document), purpose: purpose + domain.0)
        try documents.append(
          domain.1.document(random, length: 50), byteCount: 100, domain: index)
      }
    }
    return documents
  }

  var configuration: LlamaConfiguration {
    get throws {
      try LlamaConfiguration(
        vocabularySize: Self.vocabulary, hiddenSize: 24, layerCount: 1, headCount: 2,
        keyValueHeadCount: 1, intermediateSize: 48, maxPositions: 32,
        endOfTextID: Int(Self.endOfText))
    }
  }

  func stage(steps: Int = 60, learningRate: Double = 1e-2) -> TrainingStage {
    TrainingStage(
      name: "study", steps: steps, batchSequences: 8, sequenceLength: 24,
      schedule: .cosine(warmup: 5, floor: 0.1), peakLearningRate: learningRate)
  }

  func branch(
    _ name: String, _ shards: [DomainShards], _ weights: [String: Double], steps: Int = 60
  ) -> StudyPlan.Branch {
    StudyPlan.Branch(
      name: name, meaning: name, stream: nil, shards: shards,
      schedule: [MixtureSegment(steps: steps, weights: .explicit(weights))], mostEpochs: [:],
      overCap: .warn)
  }

  func runner(
    _ plan: StudyPlan, _ domains: [(String, Process)], folder: String = "run", threads: Int = 2
  ) throws -> StudyRunner {
    let run = try RunFolder(scratch.path + "/" + folder)
    return StudyRunner(
      plan, run: run,
      runner: TaskRunner(run: run, threads: threads, progress: ProgressLine(quiet: true)),
      documents: try documents(domains, purpose: "judged "),
      monitor: try documents(domains, purpose: "monitored "))
  }

  /// Trains a plan and returns its record.
  func record(
    _ plan: StudyPlan, _ domains: [(String, Process)], folder: String = "run", threads: Int = 2,
    target: [String: Double] = [:]
  ) throws -> StudyRecord {
    let runner = try runner(plan, domains, folder: folder, threads: threads)
    let members = try runner.members()
    return try runner.record(
      .mixtures, members: members, results: try runner.train(members), target: target,
      general: "general", seed: 1)
  }
}
