import CSimdJSON
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

  /// The files of a slice that are not JSONL, in order. What cannot be read is counted in
  /// `problems`, and the next file follows.
  public func forEachRawFile(
    in slice: DocumentSlice, problems: inout ReadingProblems, body: (RawDocument) throws -> Void
  ) throws {
    let source = source(of: slice)
    let scratch = FileScratch(limit: options.documentLimit)
    for file in slice.files {
      let id = "\(source.source.name)/\(file.path)"
      guard let format = source.source.format(of: file.path) else {
        problems.add(
          ReadingProblem(
            .unknownFormat, file: id, message: "nothing says how to read this file: write format:"))
        continue
      }
      if format == .jsonl { continue }
      guard let bytes = scratch.read(source.root + "/" + file.path, id: id, &problems) else {
        continue
      }
      if bytes.isEmpty {
        problems.add(ReadingProblem(.emptyDocument, file: id, message: "the file is empty"))
        continue
      }
      try body(RawDocument(id: id, url: url(of: file, in: source), format: format, bytes: bytes))
    }
  }

  /// All documents of a slice, in batches of about `batchTextBytes` bytes of text.
  public func read(
    _ slice: DocumentSlice, problems: inout ReadingProblems, batchTextBytes: Int = 4_000_000,
    extract: TextExtraction = PlainText.extract, body: (DocumentBatch) throws -> Void
  ) throws {
    let source = source(of: slice)
    var batch = DocumentBatch()
    var text: [UInt8] = []
    var refused = ReadingProblems()
    let sourceName = Array(source.source.name.utf8)
    let tree = SourceTree(root: source.root)
    try forEachRawFile(in: slice, problems: &problems) { file in
      var metadata: [UInt8] = []
      if file.format == .code {
        let path = String(file.id.dropFirst(source.source.name.count + 1))
        let description = tree.describe(path: path, file.bytes)
        if !options.skippedCode.isDisjoint(with: description.marks) {
          return refused.passOver(SourceCodeDescription.passedOver)
        }
        metadata = description.metadata
      }
      file.append(
        to: &batch, source: sourceName, metadata: metadata, scratch: &text, problems: &refused,
        extract: extract)
      if batch.textByteCount >= batchTextBytes {
        try body(batch)
        batch.removeAll()
      }
    }
    problems.merge(refused)
    if !batch.isEmpty { try body(batch) }
    for file in slice.files where source.source.format(of: file.path) == .jsonl {
      try readLines(file, source, slice, &problems, batchTextBytes, body)
    }
  }

  private func readLines(
    _ file: CorpusFile, _ source: FetchedSource, _ slice: DocumentSlice,
    _ problems: inout ReadingProblems, _ batchTextBytes: Int,
    _ body: (DocumentBatch) throws -> Void
  ) throws {
    let name = "\(source.source.name)/\(file.path)"
    let reader: JSONLinesReader
    do {
      reader = try JSONLinesReader(
        source.root + "/" + file.path, name: name, options: options(of: source), lines: slice.lines)
    } catch let fault as Fault {
      return problems.add(fault, file: name, damaged: false, offset: nil)
    }
    defer { problems.merge(reader.problems) }
    var batch = DocumentBatch()
    while try reader.fill(&batch, targetTextBytes: batchTextBytes) { try body(batch) }
  }

  private func options(of source: FetchedSource) -> ReadingOptions {
    var options = options
    options.defaultSource = source.source.name
    return options
  }

  private func url(of file: CorpusFile, in source: FetchedSource) -> String {
    switch source.source.origin {
    case .apt: "apt://\(source.package ?? source.source.name)/\(file.path)"
    case .https(let url, _): url
    case .path: ""
    }
  }
}

/// Text and source code as they are.
public enum PlainText {
  static let notUTF8 = "the text is not UTF-8"

  /// Takes UTF-8 as it is, without a byte order mark.
  public static func extract(_ raw: RawDocument, _ text: inout [UInt8]) -> String? {
    guard isUTF8(raw.bytes) else { return notUTF8 }
    let hasMark = raw.bytes.starts(with: [0xef, 0xbb, 0xbf])
    text.append(contentsOf: hasMark ? raw.bytes.dropFirst(3) : raw.bytes[...])
    return nil
  }

  /// Whether the bytes are valid UTF-8.
  public static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    json_is_utf8(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) != 0
  }
}
