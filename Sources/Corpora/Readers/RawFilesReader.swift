import Streams

/// Reads files that are one document each: pages, texts, source code.
final class RawFilesReader: DocumentReader {
  struct File {
    var path: String
    var id: String
    var url: String
    /// Nil where nothing says how to read it.
    var format: CorpusFormat?
  }

  private(set) var problems = ReadingProblems()
  private let files: [File]
  private var position = 0
  private let scratch: FileScratch
  private let source: [UInt8]
  private let extract: TextExtraction
  private var text: [UInt8] = []

  init(_ files: [File], options: ReadingOptions, extract: @escaping TextExtraction) {
    self.files = files
    self.extract = extract
    scratch = FileScratch(limit: options.documentLimit)
    source = Array(options.defaultSource.utf8)
  }

  func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool {
    batch.removeAll()
    while position < files.count, batch.textByteCount < targetTextBytes {
      let file = files[position]
      position += 1
      read(file, into: &batch)
    }
    return !batch.isEmpty
  }

  private func read(_ file: File, into batch: inout DocumentBatch) {
    guard let format = file.format else {
      return add(.unknownFormat, file, "nothing says how to read this file: write format:")
    }
    guard let bytes = scratch.read(file.path, id: file.id, &problems) else { return }
    if bytes.isEmpty { return add(.emptyDocument, file, "the file is empty") }
    text.removeAll(keepingCapacity: true)
    let raw = RawDocument(id: file.id, url: file.url, format: format, bytes: bytes)
    if let reason = extract(raw, &text) {
      return add(reason == PlainText.notUTF8 ? .invalidUTF8 : .notExtracted, file, reason)
    }
    if text.isEmpty { return add(.emptyDocument, file, "there is no text") }
    guard text.withUnsafeBytes(PlainText.isUTF8) else {
      return add(.invalidUTF8, file, PlainText.notUTF8)
    }
    var (id, url) = (file.id, file.url)
    id.withUTF8 { id in
      url.withUTF8 { url in
        text.withUnsafeBytes { text in
          source.withUnsafeBytes { source in
            batch.append(
              id: UnsafeRawBufferPointer(id), text: text, source: source,
              url: UnsafeRawBufferPointer(url))
          }
        }
      }
    }
  }

  private func add(_ kind: ReadingProblem.Kind, _ file: File, _ message: String) {
    problems.add(ReadingProblem(kind, file: file.id, message: message))
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
              .tooLarge, file: id, message: "the file is larger than \(limit) bytes"))
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
