import Corpora
import CounterRandom
import Runs
import Streams
import Tokenization

/// Trains the run's byte-level BPE tokenizer on a sample of the documents that will be trained on.
struct TokenizerStage: Sendable {
  static let name = "tokenizer"
  static let folder = "tokenizer"
  static let outputs = ["tokenizer.json", "tokenizer_config.json"].map { "\(folder)/\($0)" }

  let run: RunFolder
  let runner: TaskRunner
  let settings: TokenizerSettings
  let seed: UInt64

  init(_ context: StreamContext) {
    run = context.run
    runner = context.runner
    settings = context.recipe.tokenizer
    seed = UInt64(context.recipe.seed)
  }

  /// Writes `tokenizer/`, or copies the recipe's own tokenizer there.
  func run(_ tasks: [MeasuredTask], measured: [CompletionRecord], decided: CompletionRecord) throws
    -> CompletionRecord
  {
    try runner.runWhole(
      Self.name,
      configuration: RunFolder.digest(of: ["\(settings)", "\(seed)"] + (try fileDigests())),
      inputs: RunFolder.digest(measured + [decided]), work: settings.sample, unit: "B"
    ) {
      let tokenizer = try settings.file.map { try BytePairTokenizer(path: $0) } ?? train(tasks)
      try tokenizer.save(to: run.file(Self.folder))
      return TaskOutcome(
        outputs: Self.outputs, counts: ["vocabulary": tokenizer.vocabularyCount])
    }
  }

  /// Of the recipe's own tokenizer and of what lies beside it.
  private func fileDigests() throws -> [String] {
    guard let file = settings.file else { return [] }
    let beside = Folder.parent(of: file) + "/tokenizer_config.json"
    return try [file, beside].filter(Folder.isFile).map { try ContentDigest(file: $0).hex }
  }

  func load() throws -> BytePairTokenizer {
    try BytePairTokenizer(path: run.file("\(Self.folder)/tokenizer.json"))
  }

  private func train(_ tasks: [MeasuredTask]) throws -> BytePairTokenizer {
    let members = try tasks.map { try StreamMembers($0) }
    let bytes = members.reduce(0) { $0 + $1.trainingBytes }
    let share = min(1, Double(settings.sample) / Double(max(bytes, 1)))
    let random = CounterRandom(seed: seed, purpose: "documents of the tokenizer's sample")
    let counts = try concurrentMap(tasks.count, threads: runner.threads) { index in
      let drawn = random.substream(UInt64(index))
      let counts = try PretokenCounts()
      try tasks[index].forEachBatch(edited: true) { first, batch in
        for offset in 0..<batch.count {
          let document = first + offset
          guard members[index].isTrainedOn(document), drawn.uniform(UInt64(document)) < share
          else { continue }
          try batch.texts.withBytes(offset) { try counts.count($0) }
        }
      }
      return counts
    }
    let all = try PretokenCounts()
    for part in counts { try all.merge(part) }
    return try BytePairTrainer(vocabularyCount: settings.vocabulary).train(all)
  }
}
