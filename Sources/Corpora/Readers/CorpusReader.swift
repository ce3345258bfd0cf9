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
    let scratch = FileScratch(limit: options(of: source).documentLimit)
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
    try forEachRawFile(in: slice, problems: &problems) { file in
      text.removeAll(keepingCapacity: true)
      if let reason = extract(file, &text) {
        let isEncoding = reason == PlainText.notUTF8
        refused.add(
          ReadingProblem(isEncoding ? .invalidUTF8 : .notExtracted, file: file.id, message: reason))
        return
      }
      if text.isEmpty {
        refused.add(ReadingProblem(.emptyDocument, file: file.id, message: "there is no text"))
        return
      }
      guard text.withUnsafeBytes(PlainText.isUTF8) else {
        refused.add(ReadingProblem(.invalidUTF8, file: file.id, message: PlainText.notUTF8))
        return
      }
      var (id, url) = (file.id, file.url)
      id.withUTF8 { id in
        url.withUTF8 { url in
          text.withUnsafeBytes { text in
            sourceName.withUnsafeBytes { sourceName in
              batch.append(
                id: UnsafeRawBufferPointer(id), text: text, source: sourceName,
                url: UnsafeRawBufferPointer(url))
            }
          }
        }
      }
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
    if let fields = source.source.fields { options.fields = fields }
    if let limit = source.source.documentLimit { options.documentLimit = limit }
    options.skippedCode.formUnion(source.source.skippedCode)
    return options
  }

  private func url(of file: CorpusFile, in source: FetchedSource) -> String {
    switch source.source.origin {
    case .apt: "apt://\(source.package ?? source.source.name)/\(file.path)"
    case .https(let files): files.names.firstIndex(of: file.path).map { files[$0].url } ?? ""
    case .hub(let addresses):
      addresses.first?.address(of: file.path, commit: source.version ?? "main") ?? ""
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

/// A buffer that takes one whole file after the other.
private final class FileScratch {
  private var buffer: UnsafeMutableRawBufferPointer
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The file's bytes, valid until the next call; nil where they are in `problems` instead.
  func read(_ path: String, id: String, _ problems: inout ReadingProblems)
    -> UnsafeRawBufferPointer?
  {
    var filled = 0
    var isOpen = false
    do {
      let source = try InputFile.open(path)
      isOpen = true
      while true {
        let free = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        let count = try source.read(into: free)
        if count == 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<filled]) }
        filled += count
        if filled > limit {
          problems.add(
            ReadingProblem(
              .unreadableFile, file: id, message: "the file is larger than \(limit) bytes"))
          return nil
        }
        if filled == buffer.count { grow() }
      }
    } catch {
      let fault = error as? Fault ?? Fault(.failure, "\(error)")
      let isCompressed = path.hasSuffix(".gz") || path.hasSuffix(".zst")
      problems.add(fault, file: id, damaged: isOpen && isCompressed, offset: isOpen ? filled : nil)
      return nil
    }
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: buffer.count * 2, alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
    buffer.deallocate()
    buffer = larger
  }
}
