import Streams

/// Reads the slices of a corpus.
///
///     let reader = CorpusReader(corpus)
///     for slice in try corpus.slices() {
///       try reader.read(slice, problems: &problems, extract: extract) { batch in … }
///     }
public struct CorpusReader: Sendable {
  public let corpus: FetchedCorpus
  /// The source of a document is the name of its source in the manifest, unless it names one itself.
  public var options = ReadingOptions()

  public init(_ corpus: FetchedCorpus) { self.corpus = corpus }

  public func source(of slice: DocumentSlice) -> FetchedSource { corpus.sources[slice.sourceIndex] }

  /// Which documents of a batch are set aside for evaluation: 1 or 0 for each.
  public func evaluationMask(of batch: DocumentBatch, in slice: DocumentSlice) -> [UInt8] {
    let share = source(of: slice).source.evaluation
    return (0..<batch.count).map { batch.ids.withBytes($0) { share.setsAside(id: $0) ? 1 : 0 } }
  }

  /// A reader of all documents of a slice: first the files that are one document each, then the
  /// others, in order.
  public func documents(
    of slice: DocumentSlice, extract: @escaping TextExtraction = PlainText.extract
  ) -> any DocumentReader {
    SliceReader(slice, of: source(of: slice), options: options, extract: extract)
  }

  /// All documents of a slice, in batches of about `batchTextBytes` bytes of text.
  public func read(
    _ slice: DocumentSlice, problems: inout ReadingProblems, batchTextBytes: Int = 4_000_000,
    extract: @escaping TextExtraction = PlainText.extract, body: (DocumentBatch) throws -> Void
  ) throws {
    let reader = documents(of: slice, extract: extract)
    defer { problems.merge(reader.problems) }
    var batch = DocumentBatch()
    while try reader.fill(&batch, targetTextBytes: batchTextBytes) { try body(batch) }
  }
}

/// The readers of a slice's files, one after the other.
private final class SliceReader: DocumentReader {
  private let slice: DocumentSlice
  private let source: FetchedSource
  private let options: ReadingOptions
  private let extract: TextExtraction
  private var current: (any DocumentReader)?
  private var finished = ReadingProblems()
  /// The files that are still to be opened.
  private var files: ArraySlice<CorpusFile>

  var problems: ReadingProblems {
    var all = finished
    if let current { all.merge(current.problems) }
    return all
  }

  init(
    _ slice: DocumentSlice, of source: FetchedSource, options: ReadingOptions,
    extract: @escaping TextExtraction
  ) {
    self.slice = slice
    self.source = source
    self.extract = extract
    let options = source.options(options)
    self.options = options
    func isOneDocument(_ file: CorpusFile) -> Bool {
      source.source.format(of: file.path)?.isOneDocument ?? true
    }
    files = slice.files.filter { !isOneDocument($0) }[...]
    let single = slice.files.filter(isOneDocument)
    guard !single.isEmpty else { return }
    current = RawFilesReader(
      single.map {
        RawFilesReader.File(
          path: $0.path, id: "\(source.source.name)/\($0.path)",
          url: source.url(of: $0), format: source.source.format(of: $0.path))
      }, root: source.root, options: options, extract: extract)
  }

  func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool {
    while true {
      if let current {
        if try current.fill(&batch, targetTextBytes: targetTextBytes) { return true }
        finished.merge(current.problems)
      }
      current = nil
      guard let file = files.popFirst() else {
        batch.removeAll()
        return false
      }
      open(file)
    }
  }

  private func open(_ file: CorpusFile) {
    let name = "\(source.source.name)/\(file.path)"
    do {
      current = try DocumentFile.open(
        source.root + "/" + file.path, name: name, format: source.source.format(of: file.path),
        options: options, lines: slice.lines, rowGroups: slice.rowGroups, extract: extract)
    } catch {
      let fault = error as? Fault ?? Fault(.failure, "\(error)")
      finished.add(fault, file: name, damaged: false, offset: nil)
    }
  }
}

extension FetchedSource {
  /// The options of the whole corpus with what the manifest says of this source.
  fileprivate func options(_ common: ReadingOptions) -> ReadingOptions {
    var options = common
    options.defaultSource = source.name
    if let fields = source.fields { options.fields = fields }
    if let limit = source.documentLimit { options.documentLimit = limit }
    options.skippedCode.formUnion(source.skippedCode)
    return options
  }

  /// Where one of its files comes from; empty for files that were there already.
  fileprivate func url(of file: CorpusFile) -> String {
    switch source.origin {
    case .apt: "apt://\(package ?? source.name)/\(file.path)"
    case .https(let files): files.names.firstIndex(of: file.path).map { files[$0].url } ?? ""
    case .hub(let addresses):
      addresses.first?.address(of: file.path, commit: version ?? "main") ?? ""
    case .path: ""
    }
  }
}
