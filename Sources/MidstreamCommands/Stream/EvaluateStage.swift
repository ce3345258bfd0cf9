import Corpora
import Evaluation
import LanguageModel
import Runs
import Streams
import TokenShards
import Tokenization

/// Bits per byte of each checkpoint on the evaluation slices, by domain.
struct EvaluateStage: Sendable {
  static let name = "evaluate"
  static let shards = EvaluationDraw.shards

  let run: RunFolder
  let runner: TaskRunner
  let settings: TrainingSettings
  let seed: UInt64

  init(_ context: StreamContext, _ settings: TrainingSettings) {
    run = context.run
    runner = context.runner
    self.settings = settings
    seed = UInt64(context.recipe.seed)
  }

  private static func scores(_ model: String) -> String { "evaluation/\(model).columns" }

  /// Scores each stage's checkpoint and writes `records/evaluation.json`.
  func run(
    tokenizer: BytePairTokenizer, shards: [CompletionRecord], trained: [CompletionRecord]
  ) throws -> CompletionRecord {
    try runner.runWhole(
      Self.name,
      configuration: RunFolder.digest(
        of: [
          "\(settings.evaluationBytes)", "\(EvaluationDraw.tokensADocument)", "\(Self.shards)",
          "\(seed)",
        ]
      ),
      inputs: RunFolder.digest(shards + trained),
      work: settings.stages.count * settings.evaluationBytes * StreamRecipe.domains.count, unit: "B"
    ) {
      let documents = try EvaluationDraw(
        Self.sources(of: run), tokenizer: tokenizer, bytes: settings.evaluationBytes, seed: seed
      ).judged
      var outputs = [EvaluationRecord.path]
      for stage in settings.stages {
        try Interruption.check()
        runner.progress.add(0, detail: stage.name)
        let path = Self.scores(stage.name)
        try ColumnFile.write(try score(stage.name, documents), to: run.file(path))
        outputs.append(path)
      }
      try RecordFile.write(try record(), to: run.file(EvaluationRecord.path))
      return TaskOutcome(outputs: outputs, counts: ["documents": documents.count])
    }
  }

  /// Where each domain's evaluation documents are.
  static func sources(of run: RunFolder) -> [EvaluationDraw.Source] {
    StreamRecipe.domains.map {
      .init(domain: $0, folder: run.file(TokenizeStage.folder(.evaluation, $0)))
    }
  }

  /// One row a document: domain, shard, bytes and the sum of its nats.
  private func score(_ stage: String, _ documents: EvaluationDocuments) throws -> ColumnTable {
    let model = try Checkpoint.load(run.file(TrainStage.checkpoint(stage)))
    let scorer = try DocumentScorer(model, workers: Workers(runner.threads))
    let nats = try scorer.nats(tokens: documents.tokens, offsets: documents.offsets)
    var table = ColumnTable()
    table.set("domain", .uint8(documents.domainIndices.map { UInt8($0) }))
    table.set("shard", .uint8(documents.shardIndices.map { UInt8($0) }))
    table.set("bytes", .uint64(documents.byteCounts.map { UInt64($0) }))
    table.set("nats_bits", .uint64(nats.map(\.bitPattern)))
    return table
  }

  private func storedScores(of stage: String) throws -> DocumentScores {
    let table = try ColumnFile.read(run.file(Self.scores(stage)))
    return DocumentScores(
      domain: try table.uint8("domain"), shard: try table.uint8("shard"),
      bytes: try table.uint64("bytes"),
      nats: try table.uint64("nats_bits").map { Double(bitPattern: $0) })
  }

  /// The record, from the stored scores.
  func record() throws -> EvaluationRecord {
    let models = settings.stages.map(\.name)
    let scores = try models.map { try storedScores(of: $0) }
    return EvaluationRecord(
      models: models,
      domains: StreamRecipe.domains.enumerated().compactMap { index, name in
        guard let first = scores.first, let last = scores.last,
          first.domain.contains(UInt8(index))
        else { return nil }
        let members = first.domain.indices.filter { first.domain[$0] == UInt8(index) }
        return DomainEvaluation(
          domain: name, documents: members.count, bytes: first.bytes(of: members),
          scores: scores.map { $0.bitsPerByte(of: members, shards: Self.shards) },
          change: scores.count < 2
            ? nil : last.change(from: first, of: members, seed: seed, domain: name))
      })
  }
}
