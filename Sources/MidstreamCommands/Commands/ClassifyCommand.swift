import ArgumentParser
import Corpora
import Curation
import Runs
import Streams

/// `midstream classify`.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Train, apply and evaluate a linear quality classifier.",
    discussion: """
      EXAMPLE
        midstream classify train --manifest debian-docs --output quality.model
        midstream classify apply --model quality.model --input docs.jsonl.zst --output scored.jsonl.zst
        midstream classify evaluate --model quality.model --positive good.jsonl --negative poor.jsonl
      """,
    subcommands: [Train.self, Apply.self, Evaluate.self])
}

/// What a trained or evaluated classifier reaches.
private struct ClassifierFigures: Encodable {
  var positives: Int
  var negatives: Int
  var areaUnderCurve: Double
  var accuracy: Double

  init(_ evaluation: LinearClassifierEvaluation) {
    positives = evaluation.positiveCount
    negatives = evaluation.negativeCount
    areaUnderCurve = evaluation.areaUnderCurve
    accuracy = evaluation.accuracy
  }

  var text: String {
    "\(grouped(positives)) positive, \(grouped(negatives)) negative documents: "
      + "area under the curve \(rounded(areaUnderCurve)), accuracy \(rounded(accuracy))"
  }

  private func rounded(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}

extension ClassifyCommand {
  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Train on good and poor documents.",
      discussion: """
        The documents are those of a manifest's sources with `quality: high` and `quality: low`, or \
        two JSONL files. A tenth of them, drawn by the seed, is held out for the figures.

        EXAMPLE
          midstream classify train --manifest debian-docs --output quality.model
          midstream classify train --positive good.jsonl --negative poor.jsonl --output quality.model
        """)

    @OptionGroup var common: CommonOptions

    @Option(help: "A manifest whose sources say `quality:`.")
    var manifest: String?

    @Option(help: ArgumentHelp("Where the manifest's corpus is fetched to.", valueName: "dir"))
    var corpus = "corpora/classify"

    @Option(
      parsing: .upToNextOption, help: ArgumentHelp("Good documents, JSONL.", valueName: "file"))
    var positive: [String] = []

    @Option(
      parsing: .upToNextOption, help: ArgumentHelp("Poor documents, JSONL.", valueName: "file"))
    var negative: [String] = []

    @Option(help: ArgumentHelp("The model's file.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("Orders the documents and draws those held out.", valueName: "n"))
    var seed: UInt64 = 1

    func validate() throws {
      guard (manifest == nil) != (positive.isEmpty && negative.isEmpty) else {
        throw ValidationError("give either --manifest or --positive and --negative")
      }
      guard positive.isEmpty == negative.isEmpty else {
        throw ValidationError("--positive and --negative belong together")
      }
    }

    func run() throws {
      let examples = try manifest.map { try labelled($0) } ?? read()
      let (train, held) = examples.holdingOut(oneIn: 10, seed: seed)
      var training = LinearClassifierTraining()
      training.seed = seed
      let model = try training.train(positive: train.positive, negative: train.negative)
      try model.save(to: output)
      let figures = ClassifierFigures(
        try LinearClassifierEvaluation(model, positive: held.positive, negative: held.negative))
      if common.json { return try Output.json(figures) }
      try Output.print("\(output): held-out \(figures.text)")
    }

    private func read() throws -> LabelledTexts {
      LabelledTexts(positive: try texts(of: positive), negative: try texts(of: negative))
    }

    /// The texts of a manifest's sources by their hints; what is set aside for evaluation stays out.
    private func labelled(_ name: String) throws -> LabelledTexts {
      let manifest = try CorpusManifest.named(name)
      var fetched = try FetchStage.fetch(manifest, into: corpus, progress: common.progress)
      fetched.sources.removeAll { $0.source.quality == nil }
      let reader = CorpusReader(fetched)
      let meter = try DocumentMeter(chain: FilterChain([]), classifier: nil)
      var examples = LabelledTexts()
      var problems = ReadingProblems()
      for slice in try fetched.slices() {
        let isGood = reader.source(of: slice).source.quality == .high
        try reader.read(slice, problems: &problems, extract: meter.extract) { batch in
          try Interruption.check()
          let mask = reader.evaluationMask(of: batch, in: slice)
          for index in 0..<batch.count where mask[index] == 0 {
            examples.append(batch.texts[index], isGood: isGood)
          }
        }
      }
      return examples
    }
  }

  struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Score documents: adds the attribute 'quality', 0 to 1.",
      discussion: """
        EXAMPLE
          midstream classify apply --model quality.model --input docs.jsonl.zst --output scored.jsonl.zst
        """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The model; the built-in one without it.", valueName: "file"))
    var model: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
    var input: [String]

    @Option(help: ArgumentHelp("The scored documents, JSONL.", valueName: "file"))
    var output: String

    func run() throws {
      let classifier =
        try model.map { try LinearClassifier(contentsOf: $0) } ?? QualityModel.builtIn()
      let features = classifier.makeFeatures()
      let writer = try DocumentWriter(output)
      try DocumentFiles(input).forEachBatch { batch in
        var batch = batch
        classifier.measure(batch, features, into: &batch.attributes)
        try writer.write(batch, attributes: [LinearClassifier.qualityColumn])
      }
      try writer.commit()
      if common.json { return try Output.json(["documents": writer.documentCount]) }
      try Output.print("\(output): \(grouped(writer.documentCount)) documents scored")
    }
  }

  struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Measure a model on labelled documents.",
      discussion: """
        EXAMPLE
          midstream classify evaluate --model quality.model --positive good.jsonl --negative poor.jsonl
        """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The model; the built-in one without it.", valueName: "file"))
    var model: String?

    @Option(
      parsing: .upToNextOption, help: ArgumentHelp("Good documents, JSONL.", valueName: "file"))
    var positive: [String]

    @Option(
      parsing: .upToNextOption, help: ArgumentHelp("Poor documents, JSONL.", valueName: "file"))
    var negative: [String]

    func run() throws {
      let classifier =
        try model.map { try LinearClassifier(contentsOf: $0) } ?? QualityModel.builtIn()
      let figures = ClassifierFigures(
        try LinearClassifierEvaluation(
          classifier, positive: try texts(of: positive), negative: try texts(of: negative)))
      try common.json ? Output.json(figures) : Output.print(figures.text)
    }
  }
}

private func texts(of files: [String]) throws -> ByteColumn {
  var texts = ByteColumn()
  try DocumentFiles(files).forEachBatch { texts.append(contentsOf: $0.texts) }
  return texts
}
