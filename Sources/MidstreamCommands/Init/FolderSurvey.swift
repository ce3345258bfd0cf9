import Corpora
import Curation
import Runs
import Streams

/// What `midstream init` finds in a folder.
struct FolderSurvey: Encodable {
  /// Files that cannot be read, or not as they are.
  struct Unreadable: Encodable {
    var reason: String
    var files: Int
    var bytes: Int
    var examples: [String]
  }

  var listing: FolderListing
  /// Nil without JSON lines.
  var fields: FieldChoice?
  var texts = TextFindings()
  /// Of the whole folder, from the sample.
  var estimatedTextBytes = 0
  var unreadable: [Unreadable] = []

  /// Of each kind of files, as many are looked into.
  private static let wholeFiles = 300
  private static let recordFiles = 6
  /// Bytes and documents of one file of records.
  private static let recordBytes = 4_000_000
  private static let recordDocuments = 500
  private static let lines = 300

  /// - Parameter step: is called before each file.
  init(_ path: String, step: () throws -> Void) throws {
    listing = try FolderListing(path)
    unreadable = Self.unknown(listing)
    var rates: [CorpusFormat: (text: Int, disk: Int)] = [:]
    var problems = ReadingProblems()
    let workers = Workers()
    try readLines(&problems, &rates, workers, step)
    try readOthers(&problems, &rates, workers, step)
    addProblems(problems)
    for format in CorpusFormat.allCases {
      guard let (text, disk) = rates[format], disk > 0 else { continue }
      estimatedTextBytes += Int(
        Double(listing.bytes(of: format)) * Double(text) / Double(disk))
    }
  }

  private struct Workers {
    let extractor = FileExtractor()
    let language = LanguageDetector()
    let hashes = Fingerprinter()
  }

  // MARK: JSON lines

  private mutating func readLines(
    _ problems: inout ReadingProblems, _ rates: inout [CorpusFormat: (text: Int, disk: Int)],
    _ workers: Workers, _ step: () throws -> Void
  ) throws {
    let files = listing.spread(Self.recordFiles) { $0 == .jsonl }
    if files.isEmpty { return }
    var found = RecordFields()
    for file in files {
      try step()
      do {
        let head = try FileHead(listing.root + "/" + file.path, Self.recordBytes)
        try found.add(head, lines: Self.lines)
      } catch let fault as Fault {
        note(fault, file)
      }
    }
    let choice = FieldChoice(found)
    fields = choice
    guard choice["text"] != nil else {
      unreadable.append(
        Unreadable(
          reason: "JSON lines without a field that could be the text", files: files.count,
          bytes: files.reduce(0) { $0 + $1.byteCount }, examples: files.prefix(3).map(\.path)))
      return
    }
    var options = ReadingOptions()
    options.fields = choice.documentFields
    for file in files {
      try step()
      do {
        let head = try FileHead(listing.root + "/" + file.path, Self.recordBytes)
        let reader = try JSONLinesReader(head.source, name: file.path, options: options)
        var batch = DocumentBatch()
        var (documents, text) = (0, 0)
        while documents < Self.recordDocuments,
          try reader.fill(&batch, targetTextBytes: 200_000)
        {
          texts.add(batch, workers.language, workers.hashes)
          documents += batch.count
          text += batch.textByteCount
        }
        problems.merge(head.isCut ? reader.problems.withoutDamage : reader.problems)
        rates[.jsonl, default: (0, 0)].text += text
        rates[.jsonl, default: (0, 0)].disk += head.consumed(reader.byteCount)
      } catch let fault as Fault {
        note(fault, file)
      }
    }
  }

  // MARK: Other files

  private mutating func readOthers(
    _ problems: inout ReadingProblems, _ rates: inout [CorpusFormat: (text: Int, disk: Int)],
    _ workers: Workers, _ step: () throws -> Void
  ) throws {
    for format in CorpusFormat.allCases where format != .jsonl {
      let files = listing.spread(format.isOneDocument ? Self.wholeFiles : Self.recordFiles) {
        $0 == format
      }
      if files.isEmpty { continue }
      let source = CorpusSource(
        name: "own", license: "own", format: format, origin: .path(listing.root))
      let corpus = FetchedCorpus(
        manifest: CorpusManifest(name: "own", sources: [source], path: ""),
        sources: [FetchedSource(source: source, root: listing.root, files: files)])
      let reader = CorpusReader(corpus)
      for slice in try corpus.slices() {
        try step()
        var (text, documents, isWhole) = (0, 0, true)
        var found = texts
        var met = ReadingProblems()
        do {
          try reader.read(
            slice, problems: &met, batchTextBytes: 200_000, extract: workers.extractor.extract
          ) { batch in
            found.add(batch, workers.language, workers.hashes)
            text += batch.textByteCount
            documents += batch.count
            let isEnough = documents >= Self.recordDocuments && !format.isOneDocument
            if isEnough { throw EnoughRead() }
          }
        } catch is EnoughRead {
          isWhole = false
        }
        problems.merge(met)
        texts = found
        // How much of a file was read is known only where that is all of it.
        if isWhole {
          rates[format, default: (0, 0)].text += text
          rates[format, default: (0, 0)].disk += slice.byteCount
        } else {
          estimatedTextBytes += text
        }
      }
    }
  }

  /// Ends the reading of a file of which enough was seen.
  private struct EnoughRead: Error {}

  // MARK: What cannot be read

  private static func unknown(_ listing: FolderListing) -> [Unreadable] {
    listing.groups.filter { $0.format == nil }.map { group in
      let ending = group.ending.isEmpty ? "no ending" : "the ending '\(group.ending)'"
      return Unreadable(
        reason: "\(ending) says nothing about the format", files: group.files, bytes: group.bytes,
        examples: [group.example])
    }
      + [listing.files.filter { $0.byteCount == 0 && CorpusFormat(path: $0.path) != nil }]
      .filter { !$0.isEmpty }.map {
        Unreadable(
          reason: "empty files", files: $0.count, bytes: 0, examples: $0.prefix(3).map(\.path))
      }
  }

  private mutating func note(_ fault: Fault, _ file: CorpusFile) {
    unreadable.append(
      Unreadable(
        reason: fault.found.map { "\(fault.message): \($0)" } ?? fault.message, files: 1,
        bytes: file.byteCount, examples: [file.path]))
  }

  /// Files that are one document are named with their source.
  private static func path(_ problem: ReadingProblem) -> String {
    problem.file.hasPrefix("own/") ? String(problem.file.dropFirst(4)) : problem.file
  }

  /// What the sample met, by kind.
  private mutating func addProblems(_ problems: ReadingProblems) {
    for kind in ReadingProblem.Kind.allCases where !kind.isNote && problems.count(kind) > 0 {
      let first = problems.first.filter { $0.kind == kind }
      unreadable.append(
        Unreadable(
          reason: "in the sample, \(first.first?.message ?? kind.rawValue)",
          files: problems.count(kind), bytes: 0,
          examples: first.prefix(3).map { problem in
            Self.path(problem) + (problem.record.map { ":\($0)" } ?? "")
          }))
    }
  }
}

extension ReadingProblems {
  /// Without the damage that comes from reading only the start of a file.
  fileprivate var withoutDamage: ReadingProblems {
    var rest = ReadingProblems()
    for problem in first where problem.kind != .damagedFile && problem.kind != .malformedJSON {
      rest.add(problem)
    }
    return rest
  }
}
