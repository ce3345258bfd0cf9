import Corpora
import Curation
import Runs
import Streams

/// Pass one: reads each slice of the corpus, extracts text, measures it, and writes documents and
/// columns. The evaluation slices are drawn here, before any filter.
struct ExtractStage: Sendable {
  static let name = "extract"

  let run: RunFolder
  let runner: TaskRunner
  let chain: FilterChain
  let classifier: LinearClassifier
  /// The documents that take part; nil: all.
  let sample: DocumentSample?

  init(_ context: StreamContext, chain: FilterChain) throws {
    run = context.run
    runner = context.runner
    self.chain = chain
    classifier = try QualityModel.builtIn()
    sample = context.recipe.sample
  }

  /// The tasks of a corpus: known without reading it.
  static func tasks(
    _ slices: [DocumentSlice], of corpus: FetchedCorpus, run: RunFolder
  ) -> [MeasuredTask] {
    slices.map { slice in
      let digits = String(slice.index)
      let name = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
      return MeasuredTask(
        name: name, source: slice.source,
        license: corpus.sources[slice.sourceIndex].source.license, rawFileCount: slice.files.count,
        rawByteCount: slice.byteCount, run: run)
    }
  }

  func run(
    _ corpus: FetchedCorpus, _ slices: [DocumentSlice], _ tasks: [MeasuredTask]
  ) throws -> [CompletionRecord] {
    let reader = CorpusReader(corpus)
    let configuration = RunFolder.digest(
      of: [
        chain.measurementDigest,
        try classifier.encoded().withUnsafeBytes { ContentDigest($0).hex },
      ] + (sample.map { ["sample \($0.share)"] } ?? []))
    var licenses = corpus.sources.map(FolderLicenses.init)
    let stageTasks = try zip(tasks, slices).map { task, slice in
      let files = licenses[slice.sourceIndex].paths(for: slice.files)
      return StageTask(
        name: task.name, inputs: try inputs(slice, corpus, licenses: files),
        work: max(1, slice.byteCount))
    }
    return try runner.run(
      Self.name, configuration: configuration, tasks: stageTasks,
      worker: { try DocumentMeter(chain: chain, classifier: classifier) }
    ) { meter, index in
      try extract(slices[index], reader, to: tasks[index], meter)
    }
  }

  /// What a slice is made of: its files with their sizes and times, and how its source is read.
  /// - Parameter licenses: files on which the metadata of its source code depends.
  private func inputs(
    _ slice: DocumentSlice, _ corpus: FetchedCorpus, licenses: [String]
  ) throws -> String {
    let source = corpus.sources[slice.sourceIndex]
    let hints = source.source
    var parts = [
      "\(hints.name) \(hints.domain?.rawValue ?? "-") \(hints.evaluation) \(hints.license)",
      "\(hints.origin) \(source.package ?? "")",
      "\(String(describing: hints.format)) \(source.version ?? "") \(String(describing: slice.lines))",
      String(describing: slice.rowGroups),
      "\(String(describing: hints.fields)) \(hints.documentLimit ?? 0)"
        + " \(hints.skippedCode.map(\.rawValue).sorted())",
    ]
    for file in slice.files {
      let time = Folder.modificationTime(of: source.root + "/" + file.path) ?? 0
      parts.append("\(file.path) \(file.byteCount) \(time)")
    }
    for license in licenses {
      let path = source.root + "/" + license
      let time = Folder.modificationTime(of: path) ?? 0
      parts.append("license \(license) \(Folder.byteCount(of: path) ?? 0) \(time)")
    }
    return RunFolder.digest(of: parts)
  }

  private func extract(
    _ slice: DocumentSlice, _ reader: CorpusReader, to task: MeasuredTask, _ meter: DocumentMeter
  ) throws -> TaskOutcome {
    let source = reader.source(of: slice).source
    let hint = source.domain.flatMap { StreamRecipe.domains.firstIndex(of: $0.rawValue) }
    var problems = ReadingProblems()
    var columns = ColumnTable()
    var textBytes = 0
    var held = 0
    let writer = try DocumentWriter(task.documents)
    func take(_ batch: DocumentBatch) throws {
      try Interruption.check()
      let mask = reader.evaluationMask(of: batch, in: slice)
      try columns.append(try table(batch, mask, hint, meter))
      try writer.write(batch)
      textBytes += batch.textByteCount
      held += mask.reduce(0) { $0 + Int($1) }
    }
    var sampled: SampledReading.Outcome?
    if let sample {
      sampled = try SampledReading(reader: reader, sample: sample).read(
        slice, problems: &problems, extract: meter.extract, body: take)
    } else {
      try reader.read(slice, problems: &problems, extract: meter.extract, body: take)
    }
    if columns.names.isEmpty { columns = try emptyTable(meter) }
    try ColumnFile.write(columns, to: task.columns)
    try RecordFile.write(problems, to: task.problems)
    try writer.commit()
    return TaskOutcome(
      outputs: [
        "documents/\(task.name).jsonl.zst", "columns/\(task.name).columns",
        "problems/\(task.name).json",
      ],
      counts: [
        "files": slice.files.count, "documents": writer.documentCount, "bytes": textBytes,
        "evaluation": held, "problems": problems.count,
      ].merging(sampled?.counts ?? [:]) { $1 })
  }

  private func table(
    _ batch: DocumentBatch, _ evaluation: [UInt8], _ hint: Int?, _ meter: DocumentMeter
  ) throws -> ColumnTable {
    var table = try meter.measure(batch)
    table.set(StreamColumn.id, .bytes(batch.ids))
    table.set(
      StreamColumn.textBytes, .uint64((0..<batch.count).map { UInt64(batch.texts.byteCount($0)) }))
    table.set(StreamColumn.evaluation, .uint8(evaluation))
    let domain = hint.map { UInt8($0) } ?? StreamColumn.noHint
    table.set(StreamColumn.hint, .uint8([UInt8](repeating: domain, count: batch.count)))
    return table
  }

  /// The columns of a slice without documents.
  private func emptyTable(_ meter: DocumentMeter) throws -> ColumnTable {
    try table(DocumentBatch(), [], nil, meter)
  }
}
