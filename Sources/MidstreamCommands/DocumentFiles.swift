import Corpora
import Curation
import Foundation
import Runs
import Streams

/// The documents of what is named on the command line: files, folders and globs.
struct DocumentFiles {
  /// In the order of the inputs, the files of a folder or glob by the bytes of their paths; each once.
  let paths: [String]
  /// As the user named them.
  private let inputs: [String]
  private let options: ReadingOptions

  /// Files of documents by their names' formats, JSONL where a name says none; they must all be there.
  /// - Parameter output: where results go, if a later call with the same inputs must find the same
  ///   files.
  init(
    _ inputs: [String], besides output: OutputFolder? = nil,
    options: ReadingOptions = ReadingOptions()
  ) throws {
    var known = DistinctFiles()
    var paths: [String] = []
    for input in inputs {
      if input == "-" { throw InputPath.missing(input) }
      guard !RemoteInput.isRemote(input) else {
        throw Fault(
          .input, "cannot read '\(input)': this command takes files of this machine",
          hint: "'midstream convert' fetches it and writes its documents to a file")
      }
      guard !["kept", "removed"].allSatisfy({ Folder.isFolder("\(input)/\($0)") }) else {
        throw Fault(
          .input, "'\(input)' is what an earlier step wrote: it has removed documents too",
          hint: "'\(input)/kept' is what stayed")
      }
      let found = try InputFiles.resolve([input]).map(\.path)
      try output?.checkIsOutside(input, files: found)
      paths += found.filter { known.insert($0) }
    }
    self.inputs = inputs
    self.paths = paths
    self.options = options
  }

  /// A fault for inputs that can be read only once, such as pipes.
  func checkReadTwice() throws {
    for path in paths where !Folder.isFile(path) {
      throw Fault(
        .input, "'\(path)' can be read only once, and this needs its documents twice",
        expected: "a file")
    }
  }

  /// All documents in batches of a few megabytes. Lines that cannot be read are counted on standard
  /// error; the rest goes on. A damaged file is a fault, and so is no document at all.
  func forEachBatch(_ body: (DocumentBatch) throws -> Void) throws {
    var problems = ReadingProblems()
    var losses: [FileLoss] = []
    var count = 0
    for file in paths.indices {
      let before = problems.count
      try forEachBatch(of: file, problems: &problems) { _, batch in
        count += batch.count
        try body(batch)
      }
      losses.append(FileLoss(path: paths[file], count: problems.count - before))
    }
    try Self.report(problems, losses)
    if count == 0 { throw noDocument() }
  }

  /// The documents of one file in batches, each with the place of its first document.
  func forEachBatch(
    of file: Int, problems: inout ReadingProblems,
    _ body: (_ first: Int, _ batch: DocumentBatch) throws -> Void
  ) throws {
    let reader = try reader(of: file)
    var batch = DocumentBatch()
    var first = 0
    while try reader.fill(&batch, targetTextBytes: 4_000_000) {
      try Interruption.check()
      try body(first, batch)
      first += batch.count
      batch.removeAll()
    }
    problems.merge(reader.problems)
  }

  /// The documents of one file that was read before: its problems are known.
  func forEachBatchAgain(
    of file: Int, _ body: (_ first: Int, _ batch: DocumentBatch) throws -> Void
  ) throws {
    var known = ReadingProblems()
    try forEachBatch(of: file, problems: &known, body)
  }

  /// All documents, several batches at once on own threads, the results in the documents' order.
  ///
  /// - Parameters:
  ///   - worker: makes what one thread reuses from batch to batch.
  ///   - work: is called with a worker that nobody else uses at that time.
  ///   - emit: takes each batch with its file and its result, in order, one at a time.
  /// - Returns: what could not be read; it was shown on standard error.
  /// - Throws: an input fault where a file is damaged or there is no document at all.
  @discardableResult
  func map<Worker, Result: Sendable>(
    _ title: String, options: CommonOptions, worker makeWorker: () throws -> Worker,
    work: @Sendable (Worker, DocumentBatch) throws -> Result,
    emit: (_ file: Int, _ batch: DocumentBatch, _ result: Result) throws -> Void
  ) throws -> ReadingProblems {
    let progress = options.progress
    progress.begin(title, total: 0, unit: "B")
    var batches = Batches(self)
    var documents = 0
    try orderedPipeline(threads: options.threads) {
      try Interruption.check()
      return try batches.next()
    } worker: {
      try makeWorker()
    } work: { worker, item, _ in
      (item, try work(worker, item.batch))
    } emit: { item, result in
      try emit(item.file, item.batch, result)
      documents += item.batch.count
      progress.add(item.batch.textByteCount)
    }
    progress.end()
    try Self.report(batches.problems, batches.losses)
    guard documents > 0 else { throw noDocument() }
    return batches.problems
  }

  /// The documents of one file, several batches at once on own threads, the results in order.
  ///
  /// - Parameters:
  ///   - prepare: takes each batch with the place of its first document, in order, one at a time.
  ///   - work: is called with a worker that nobody else uses at that time, and what was prepared.
  /// - Returns: what could not be read.
  func map<Worker, Prepared: Sendable, Result: Sendable>(
    _ file: Int, threads: Int,
    prepare: (_ batch: DocumentBatch, _ first: Int) throws -> Prepared,
    worker makeWorker: () throws -> Worker,
    work: @Sendable (Worker, DocumentBatch, Prepared) throws -> Result,
    emit: (_ batch: DocumentBatch, _ result: Result) throws -> Void
  ) throws -> ReadingProblems {
    let reader = try reader(of: file)
    var first = 0
    try orderedPipeline(threads: threads) { () -> (batch: DocumentBatch, prepared: Prepared)? in
      try Interruption.check()
      var batch = DocumentBatch()
      guard try reader.fill(&batch, targetTextBytes: 4_000_000) else { return nil }
      let prepared = try prepare(batch, first)
      first += batch.count
      return (batch, prepared)
    } worker: {
      try makeWorker()
    } work: { worker, item, _ in
      (item.batch, try work(worker, item.batch, item.prepared))
    } emit: { batch, result in
      try emit(batch, result)
    }
    return reader.problems
  }

  /// The batches of all files, in order.
  private struct Batches {
    private let files: DocumentFiles
    private var file = -1
    private var reader: (any DocumentReader)?
    private(set) var problems = ReadingProblems()
    private(set) var losses: [FileLoss] = []

    init(_ files: DocumentFiles) { self.files = files }

    mutating func next() throws -> (file: Int, batch: DocumentBatch)? {
      while true {
        if let reader {
          var batch = DocumentBatch()
          if try reader.fill(&batch, targetTextBytes: 4_000_000) { return (file, batch) }
          problems.merge(reader.problems)
          losses.append(FileLoss(path: files.paths[file], count: reader.problems.count))
        }
        reader = nil
        guard file + 1 < files.paths.count else { return nil }
        file += 1
        reader = try files.reader(of: file)
      }
    }
  }

  private func reader(of file: Int) throws -> any DocumentReader {
    try DocumentFile.open(
      paths[file], format: CorpusFormat(path: paths[file]) ?? .jsonl, options: options,
      extract: FileExtractor().extract)
  }

  /// How many records of a file could not be read.
  struct FileLoss {
    var path: String
    var count: Int
  }

  /// Shows what was left out of one file.
  func report(_ problems: ReadingProblems, of file: Int) throws {
    try Self.report(problems, [FileLoss(path: paths[file], count: problems.count)])
  }

  /// Shows what was left out; a file that ends early would lose what nobody counted.
  private static func report(_ problems: ReadingProblems, _ losses: [FileLoss]) throws {
    show(problems, losses)
    let kinds: [ReadingProblem.Kind] = [.damagedFile, .unreadableFile]
    guard let problem = problems.first.first(where: { kinds.contains($0.kind) }) else { return }
    throw Fault(
      .input, "'\(problem.file)' is damaged", at: problem.description,
      hint: "fetch it again, or save what is whole in it: midstream extract \(problem.file) "
        + "--output saved.jsonl.zst")
  }

  func noDocument() -> Fault {
    var fault = Fault.noDocument(in: inputs)
    fault.hint = "midstream convert reads other formats and fields: --format, --field"
    return fault
  }

  /// Says on standard error what was left out, and where.
  /// - Parameter losses: by file, where that is known.
  static func show(_ problems: ReadingProblems, _ losses: [FileLoss] = []) {
    var lines: [String] = []
    if problems.count > 0 {
      lines.append(
        "midstream: \(problems.lost) could not be read" + (places(losses).map { ", \($0)" } ?? ""))
      let shown = problems.first.filter { !$0.kind.isNote }
      lines += shown.map { "  \($0)" }
      if problems.count > shown.count {
        lines.append("  and \(grouped(problems.count - shown.count)) more")
      }
    }
    if problems.noteCount > 0 {
      lines.append("midstream: \(counted(problems.noteCount, "note")) on documents that were read")
      lines += problems.first.filter(\.kind.isNote).map { "  \($0)" }
    }
    if !problems.passedOver.isEmpty {
      let reasons = problems.passedOver.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      let shown = reasons.prefix(8).map { "\(grouped($0.value)) \($0.key)" }
      let more = reasons.count > 8 ? [" and \(reasons.count - 8) other reasons"] : []
      lines.append("midstream: passed over: " + shown.joined(separator: ", ") + more.joined())
    }
    if lines.isEmpty { return }
    FileHandle.standardError.write(Data((lines.joined(separator: "\n").printable + "\n").utf8))
  }
}

extension DocumentFiles {
  private static let filesNamed = 8

  /// "in a.jsonl", "in 3 files: a.jsonl (5), b.jsonl (1), c.jsonl (1)"
  private static func places(_ losses: [FileLoss]) -> String? {
    let losses = losses.filter { $0.count > 0 }
    guard let first = losses.first else { return nil }
    if losses.count == 1 { return "in \(first.path)" }
    let named = losses.prefix(filesNamed).map { "\($0.path) (\(grouped($0.count)))" }
    let more = losses.count > filesNamed ? [counted(losses.count - filesNamed, "other")] : []
    return "in \(counted(losses.count, "file")): " + (named + more).joined(separator: ", ")
  }
}

extension ReadingProblems {
  /// What was lost, by what is counted: "3 records", "1 file and 3 records". A record is a line, a row
  /// of a table, a page or a member of an archive.
  var lost: String {
    let files = count(.unreadableFile) + count(.damagedFile) + count(.unknownFormat)
    let parts = [(files, "file"), (count - files, "record")].filter { $0.0 > 0 }
    return parts.map { counted($0.0, $0.1) }.joined(separator: " and ")
  }
}

/// Paths that the user names and that must be there.
enum InputPath {
  static func checkFile(_ path: String) throws {
    if Folder.isFile(path) { return }
    if Folder.isFolder(path) { throw Fault.system("read", path, code: EISDIR) }
    // A pipe or a device reads like a file.
    if Folder.exists(path) { return }
    throw missing(path)
  }

  static func checkFolder(_ path: String, expected: String) throws {
    if Folder.isFolder(path) { return }
    var fault = missing(path)
    if Folder.exists(path) { fault = Fault.system("open", path, code: ENOTDIR) }
    fault.expected = expected
    throw fault
  }

  /// The fault of a path that is not there, with the nearest name in its folder.
  static func missing(_ path: String) -> Fault {
    var fault = Fault.system("read", path, code: ENOENT)
    let folder = Folder.parent(of: path)
    let names = (try? Folder.names(in: folder)) ?? []
    fault.hint = NearestName.find(Folder.name(of: path), in: names).map {
      "did you mean '\(folder.isEmpty ? $0 : folder == "/" ? "/\($0)" : "\(folder)/\($0)")'?"
    }
    return fault
  }
}
