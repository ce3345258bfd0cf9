import Corpora
import Curation
import Runs

/// Reads the slices of a corpus on several threads in bounded memory and hands on what was made of
/// their documents, in the documents' order: the same results for any number of threads.
///
/// A small slice is one thread's work from the files to the results. The batches of a large file are
/// read one after the other and shared out.
struct DocumentFlow {
  let reader: CorpusReader
  let slices: [DocumentSlice]
  let threads: Int
  let progress: ProgressLine
  /// Bytes of text a batch.
  var batchTextBytes = 2_000_000

  init(_ corpus: FetchedCorpus, reading: ReadingOptions, common: CommonOptions) throws {
    var reader = CorpusReader(corpus)
    reader.options = reading
    self.reader = reader
    slices = try corpus.slices()
    threads = common.threads
    progress = common.progress
  }

  /// What could not be read, and what extraction did.
  struct Outcome {
    var problems = ReadingProblems()
    var extraction = FileExtractor().tally
    /// Of each source, in the corpus's order.
    var sources: [SourceCount]
  }

  struct SourceCount: Encodable {
    var source: String
    var documents = 0
    var textBytes = 0
  }

  private enum Item {
    case slice(DocumentSlice)
    case batch(DocumentBatch, slice: DocumentSlice, isFirst: Bool)
    /// The end of a large file: what it could not give.
    case end(ReadingProblems, FileExtractor.Tally)
  }

  private struct Made<Result> {
    var results: [Result] = []
    var problems = ReadingProblems()
    var extraction = FileExtractor().tally
    var sourceIndex = 0
    var documents = 0
    var textBytes = 0
    /// Raw bytes that are done with.
    var byteCount = 0
  }

  /// - Parameters:
  ///   - worker: makes what one thread reuses.
  ///   - work: is called with a worker that nobody else uses at that time.
  ///   - emit: takes the results in the documents' order.
  func run<Worker, Result>(
    _ title: String, worker makeWorker: () throws -> Worker,
    work: (Worker, DocumentBatch, DocumentSlice) throws -> Result, emit: (Result) throws -> Void
  ) throws -> Outcome {
    var outcome = Outcome(
      sources: reader.corpus.sources.map { SourceCount(source: $0.source.name) })
    progress.begin(title, total: slices.reduce(0) { $0 + $1.byteCount }, unit: "B")
    var items = Items(self)
    try orderedPipeline(threads: threads) {
      try Interruption.check()
      return try items.next()
    } worker: {
      try makeWorker()
    } work: { worker, item, part in
      try make(item, part) { try work(worker, $0, $1) }
    } emit: { made in
      for result in made.results { try emit(result) }
      outcome.problems.merge(made.problems)
      outcome.extraction = outcome.extraction + made.extraction
      outcome.sources[made.sourceIndex].documents += made.documents
      outcome.sources[made.sourceIndex].textBytes += made.textBytes
      progress.add(made.byteCount)
    }
    progress.end()
    return outcome
  }

  /// Bytes of text whose results one thread holds while others are at work on what comes before.
  private static let heldTextBytes = 32_000_000

  private func make<Result>(
    _ item: Item, _ part: (Made<Result>) throws -> Void,
    _ work: (DocumentBatch, DocumentSlice) throws -> Result
  ) throws -> Made<Result> {
    var made = Made<Result>()
    func add(_ batch: DocumentBatch, _ slice: DocumentSlice) throws {
      made.results.append(try work(batch, slice))
      made.sourceIndex = slice.sourceIndex
      made.documents += batch.count
      made.textBytes += batch.textByteCount
    }
    switch item {
    case .batch(let batch, let slice, let isFirst):
      try add(batch, slice)
      if isFirst { made.byteCount = slice.byteCount }
    case .slice(let slice):
      let extractor = FileExtractor()
      var problems = ReadingProblems()
      try reader.read(
        slice, problems: &problems, batchTextBytes: batchTextBytes, extract: extractor.extract
      ) {
        try Interruption.check()
        try add($0, slice)
        if made.textBytes >= Self.heldTextBytes {
          // A few megabytes on disk can be any number of them here.
          try part(made)
          made = Made<Result>()
        }
      }
      made.sourceIndex = slice.sourceIndex
      made.problems = problems
      made.extraction = extractor.tally
      made.byteCount = slice.byteCount
    case .end(let problems, let tally):
      made.problems = problems
      made.extraction = tally
    }
    return made
  }

  /// The slices in order, large ones batch by batch.
  private struct Items {
    private let flow: DocumentFlow
    private var position = 0
    private var open: (reader: any DocumentReader, extractor: FileExtractor, slice: DocumentSlice)?
    private var isFirst = false

    init(_ flow: DocumentFlow) { self.flow = flow }

    /// A slice that can be longer than memory.
    private func isLarge(_ slice: DocumentSlice) -> Bool {
      slice.files.count == 1 && slice.lines == nil && slice.rowGroups == nil
        && flow.reader.source(of: slice).source.format(of: slice.files[0].path)?.isOneDocument
          == false
    }

    mutating func next() throws -> Item? {
      if let (reader, extractor, slice) = open {
        var batch = DocumentBatch()
        // One document more than fills it.
        batch.reserve(textBytes: flow.batchTextBytes * 5 / 4)
        if try reader.fill(&batch, targetTextBytes: flow.batchTextBytes) {
          defer { isFirst = false }
          return .batch(batch, slice: slice, isFirst: isFirst)
        }
        open = nil
        return .end(reader.problems, extractor.tally)
      }
      guard position < flow.slices.count else { return nil }
      let slice = flow.slices[position]
      position += 1
      guard isLarge(slice) else { return .slice(slice) }
      let extractor = FileExtractor()
      open = (flow.reader.documents(of: slice, extract: extractor.extract), extractor, slice)
      isFirst = true
      return try next()
    }
  }
}
