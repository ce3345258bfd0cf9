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
  /// Nil without JSON lines and tables.
  var fields: FieldChoice?
  var texts = TextFindings()
  /// Of the whole folder, from the sample.
  var estimatedTextBytes = 0
  var unreadable: [Unreadable] = []

  /// Files that are one document, in all; and of each ending, at least.
  private static let wholeFiles = 600
  private static let leastFiles = 20
  /// Files of records of each ending, and bytes and documents of one of them.
  private static let recordFiles = 6
  private static let recordBytes = 4_000_000
  private static let recordDocuments = 500
  private static let lines = 300

  private struct Rate {
    var text = 0
    var disk = 0
    /// Text of files of which only a part was read, without knowing how large a part.
    var textOfParts = 0
  }

  /// - Parameter step: is called before each file.
  init(_ path: String, step: () throws -> Void) throws {
    listing = try FolderListing(path)
    unreadable = Self.unknown(listing)
    var problems = ReadingProblems()
    let workers = Workers()
    let records = listing.groups.filter { $0.format.map(TableRows.hasFields) ?? false }
    if !records.isEmpty { try chooseFields(records, step) }
    for group in listing.groups {
      guard let format = group.format else { continue }
      let rate =
        format == .jsonl
        ? try readLines(group, &problems, workers, step)
        : try readOthers(group, format, &problems, workers, step)
      estimatedTextBytes +=
        rate.disk == 0
        ? rate.textOfParts : Int(Double(group.bytes) * Double(rate.text) / Double(rate.disk))
    }
    addProblems(problems)
  }

  private struct Workers {
    let extractor = FileExtractor()
    let language = LanguageDetector()
    let hashes = Fingerprinter()
  }

  // MARK: JSON lines

  private mutating func chooseFields(
    _ groups: [FolderListing.Group], _ step: () throws -> Void
  ) throws {
    var found = RecordFields()
    for group in groups {
      for file in listing.spread(Self.recordFiles, of: group) {
        try step()
        let path = listing.root + "/" + file.path
        do {
          if group.format == .jsonl {
            try found.add(try FileHead(path, Self.recordBytes), lines: Self.lines)
          } else {
            try TableRows(path).add(Self.lines, to: &found)
          }
        } catch let fault as Fault {
          note(fault, file)
        }
      }
    }
    let choice = FieldChoice(found)
    fields = choice
    if choice["text"] == nil {
      unreadable.append(
        Unreadable(
          reason: "records without a field that could be the text",
          files: groups.reduce(0) { $0 + $1.files }, bytes: groups.reduce(0) { $0 + $1.bytes },
          examples: groups.prefix(3).map(\.example)))
    }
  }

  private mutating func readLines(
    _ group: FolderListing.Group, _ problems: inout ReadingProblems, _ workers: Workers,
    _ step: () throws -> Void
  ) throws -> Rate {
    var rate = Rate()
    guard let fields, fields["text"] != nil else { return rate }
    var options = ReadingOptions()
    options.fields = fields.documentFields
    for file in listing.spread(Self.recordFiles, of: group) {
      try step()
      do {
        let head = try FileHead(listing.root + "/" + file.path, Self.recordBytes)
        let reader = try JSONLinesReader(head.source, name: file.path, options: options)
        var batch = DocumentBatch()
        var documents = 0
        while documents < Self.recordDocuments,
          try reader.fill(&batch, targetTextBytes: 200_000)
        {
          texts.add(batch, workers.language, workers.hashes)
          documents += batch.count
          rate.text += batch.textByteCount
        }
        problems.merge(head.isCut ? reader.problems.withoutDamage : reader.problems)
        rate.disk += head.consumed(reader.byteCount)
      } catch let fault as Fault {
        // Noted where the fields were looked for.
        if fault.kind == .failure { throw fault }
      }
    }
    return rate
  }

  // MARK: Other files

  private mutating func readOthers(
    _ group: FolderListing.Group, _ format: CorpusFormat, _ problems: inout ReadingProblems,
    _ workers: Workers, _ step: () throws -> Void
  ) throws -> Rate {
    let share = Double(group.bytes) / Double(max(listing.byteCount, 1))
    let count =
      format.isOneDocument
      ? max(Self.leastFiles, Int(Double(Self.wholeFiles) * share)) : Self.recordFiles
    let source = CorpusSource(
      name: "own", license: "own", format: format, origin: .path(listing.root))
    let corpus = FetchedCorpus(
      manifest: CorpusManifest(name: "own", sources: [source], path: ""),
      sources: [
        FetchedSource(source: source, root: listing.root, files: listing.spread(count, of: group))
      ])
    var reader = CorpusReader(corpus)
    if let fields { reader.options.fields = fields.documentFields }
    var rate = Rate()
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
          if documents >= Self.recordDocuments, !format.isOneDocument { throw EnoughRead() }
        }
      } catch is EnoughRead {
        isWhole = false
      }
      problems.merge(met)
      texts = found
      if isWhole {
        rate.text += text
        rate.disk += slice.byteCount
      } else {
        rate.textOfParts += text
      }
    }
    return rate
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
