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
  let settings: CurationSettings
  let classifier: LinearClassifier
  /// The documents that take part; nil: all.
  let sample: DocumentSample?

  init(_ context: StreamContext, chain: FilterChain) throws {
    run = context.run
    runner = context.runner
    self.chain = chain
    settings = context.recipe.curation
    classifier = try QualityModel.builtIn()
    sample = context.recipe.sample
  }

  /// The tasks of a corpus: known without reading it.
  static func tasks(
    _ slices: [DocumentSlice], of corpus: FetchedCorpus, run: RunFolder
  ) -> [MeasuredTask] {
    slices.map { slice in
      MeasuredTask(
        name: zeroPadded(slice.index), source: slice.source,
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
      ] + (sample.map { ["sample \($0.share)"] } ?? [])
        // Packs edit the documents of their domains.
        + (chain.edits ? ["\(settings.packs) \(settings.domains)"] : []))
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
    if !chain.edits { try Folder.remove(task.edited) }
    let editedWriter = chain.edits ? try DocumentWriter(task.edited) : nil
    func take(_ batch: DocumentBatch) throws {
      try Interruption.check()
      let mask = reader.evaluationMask(of: batch, in: slice)
      let measured = try measure(batch, mask, hint, meter)
      try columns.append(measured.table)
      try writer.write(batch)
      if let edited = measured.edited { try editedWriter?.write(edited) }
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
    if columns.names.isEmpty {
      columns = try measure(DocumentBatch(), [], nil, meter).table
    }
    try ColumnFile.write(columns, to: task.columns)
    try RecordFile.write(problems, to: task.problems)
    try writer.commit()
    try editedWriter?.commit()
    return TaskOutcome(
      outputs: [
        "documents/\(task.name).jsonl.zst", "columns/\(task.name).columns",
        "problems/\(task.name).json",
      ] + (chain.edits ? ["edited/\(task.name).jsonl.zst"] : []),
      counts: [
        "files": slice.files.count, "documents": writer.documentCount, "bytes": textBytes,
        "evaluation": held, "problems": problems.count,
      ].merging(sampled?.counts ?? [:]) { $1 })
  }

  /// The columns of a batch, and its documents after the packs' edits. Documents that are set aside
  /// for evaluation, and those that a pack does not judge, are not edited by it.
  private func measure(
    _ batch: DocumentBatch, _ evaluation: [UInt8], _ hint: Int?, _ meter: DocumentMeter
  ) throws -> DocumentMeter.Measured {
    let hinted = settings.domains == "tags" ? nil : hint
    var measured = try meter.measure(batch) { pack, document, tagged in
      let domain = StreamRecipe.domains[hinted ?? Int(tagged)]
      return evaluation[document] == 0 && settings.packs[pack].domains.contains(domain)
    }
    measured.table.set(StreamColumn.id, .bytes(batch.ids))
    measured.table.set(StreamColumn.textBytes, .uint64(Self.byteCounts(batch.texts)))
    if let edited = measured.edited {
      measured.table.set(StreamColumn.editedBytes, .uint64(Self.byteCounts(edited.texts)))
    }
    measured.table.set(StreamColumn.evaluation, .uint8(evaluation))
    let domain = hint.map { UInt8($0) } ?? StreamColumn.noHint
    measured.table.set(
      StreamColumn.hint, .uint8([UInt8](repeating: domain, count: batch.count)))
    return measured
  }

  private static func byteCounts(_ texts: ByteColumn) -> [UInt64] {
    (0..<texts.count).map { UInt64(texts.byteCount($0)) }
  }
}
