import Streams

/// Reads files that are one document each: pages, texts, source code.
final class RawFilesReader: DocumentReader {
  struct File {
    /// Relative to the reader's root.
    var path: String
    var id: String
    var url: String
    /// Nil where nothing says how to read it.
    var format: CorpusFormat?
  }

  private(set) var problems = ReadingProblems()
  private let files: [File]
  private let root: String
  private let tree: SourceTree
  private let skippedCode: Set<SourceCodeMark>
  private var position = 0
  private let scratch: FileScratch
  private let source: [UInt8]
  private let extract: TextExtraction
  private var text: [UInt8] = []

  /// - Parameter root: the folder that holds the files, whose licence files count for source code.
  init(
    _ files: [File], root: String, options: ReadingOptions, extract: @escaping TextExtraction
  ) {
    self.files = files
    self.root = root
    tree = SourceTree(root: root)
    skippedCode = options.skippedCode
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
      if LicenseDetector.isLicenseFile(file.path) { return problems.passOver("licence files") }
      return add(.unknownFormat, file, "nothing says how to read this file: give its format")
    }
    let path = root.isEmpty ? file.path : root + "/" + file.path
    guard let bytes = scratch.read(path, id: file.id, &problems) else { return }
    if bytes.isEmpty { return add(.emptyDocument, file, "the file is empty") }
    var metadata: [UInt8] = []
    if format == .code {
      let description = tree.describe(path: file.path, bytes)
      if !skippedCode.isDisjoint(with: description.marks) {
        return problems.passOver(SourceCodeDescription.passedOver)
      }
      metadata = description.metadata
    }
    RawDocument(id: file.id, url: file.url, format: format, bytes: bytes).append(
      to: &batch, source: source, metadata: metadata, scratch: &text, problems: &problems,
      extract: extract)
  }

  private func add(_ kind: ReadingProblem.Kind, _ file: File, _ message: String) {
    problems.add(ReadingProblem(kind, file: file.id, message: message))
  }
}
