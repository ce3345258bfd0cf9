import Corpora
import Curation
import Runs
import Streams

/// What `midstream init` finds in a folder.
struct FolderSurvey: Encodable {
  /// Files that cannot be read, or not as they are.
  struct Unreadable: Encodable {
    var reason: String
    /// Files, or places in those that were looked into.
    var files: Int
    var bytes: Int
    var examples: [String]
    /// Whether only the sample was counted.
    var isOfSample = false
  }

  var listing: FolderListing
  /// Nil without JSON lines and tables.
  var fields: FieldChoice?
  var texts = TextFindings()
  /// Of the whole folder, from the sample.
  var estimatedTextBytes = 0
  var unreadable: [Unreadable] = []

  /// Texts to look at, shared out by the bytes of the endings; and of each ending, at least.
  private static let wantedTexts = 2000
  private static let leastTexts = 20
  /// Files of records of each ending, and bytes of one of them.
  private static let recordFiles = 6
  private static let recordBytes = 4_000_000
  private static let lines = 300

  /// How many texts of an ending are looked at.
  private func wanted(_ group: FolderListing.Group) -> Int {
    let read = listing.groups.reduce(0) { $0 + ($1.format == nil ? 0 : $1.bytes) }
    return max(Self.leastTexts, Self.wantedTexts * group.bytes / max(read, 1))
  }

  private struct Rate {
    var text = 0
    var disk = 0
    /// Text of files of which only a part was read, without knowing how large a part.
    var textOfParts = 0
  }

  /// - Parameter step: is called before each file.
  init(_ path: String, step: () throws -> Void) throws {
    listing = try FolderListing(path)
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
    unreadable.append(contentsOf: Self.unknown(listing))
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
            try TableRows(path, Self.recordBytes).add(Self.lines, to: &found)
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
    let files = listing.spread(Self.recordFiles, of: group)
    for file in files {
      try step()
      do {
        let head = try FileHead(listing.root + "/" + file.path, Self.recordBytes)
        let reader = try JSONLinesReader(head.source, name: file.path, options: options)
        var batch = DocumentBatch()
        var documents = 0
        while documents < wanted(group) / files.count,
          try reader.fill(&batch, targetTextBytes: 100_000)
        {
          texts.add(batch, workers.language, workers.hashes)
          documents += batch.count
          rate.text += batch.textByteCount
        }
        var met = reader.problems
        if head.isCut {
          // What comes from reading only the start of a file.
          met.forget(.damagedFile)
          if head.cutsLine, reader.byteCount == head.plainByteCount {
            met.forget(record: reader.lineCount)
          }
        }
        problems.merge(met)
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
    let wanted = wanted(group)
    let files = listing.spread(format.isOneDocument ? wanted : Self.recordFiles, of: group)
    let source = CorpusSource(
      name: "own", license: "own", format: format, origin: .path(listing.root))
    let corpus = FetchedCorpus(
      manifest: CorpusManifest(name: "own", sources: [source], path: ""),
      sources: [
        FetchedSource(source: source, root: listing.root, files: files)
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
          slice, problems: &met, batchTextBytes: 100_000, extract: workers.extractor.extract
        ) { batch in
          found.add(batch, workers.language, workers.hashes)
          text += batch.textByteCount
          documents += batch.count
          if documents >= wanted / files.count, !format.isOneDocument { throw EnoughRead() }
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

  /// The first of what cannot be read, each on a line, and how much more there is.
  func unreadableLines(_ limit: Int) -> [String] {
    let rest = unreadable.dropFirst(limit)
    return unreadable.prefix(limit).map { problem in
      let example = problem.examples.first.map { ", for example \($0)" } ?? ""
      let things = problem.isOfSample ? "in the sample" : problem.files == 1 ? "file" : "files"
      return "\(grouped(problem.files)) \(things): \(problem.reason)\(example)"
    }
      + (rest.isEmpty
        ? []
        : [
          "\(grouped(rest.reduce(0) { $0 + $1.files })) files: \(grouped(rest.count)) other reasons"
        ])
  }

  private static func unknown(_ listing: FolderListing) -> [Unreadable] {
    listing.groups.filter { $0.format == nil }.map { group in
      Unreadable(
        reason: group.ending.isEmpty
          ? "a name without an ending says no format"
          : "'\(group.ending)' says no format that is read",
        files: group.files, bytes: group.bytes,
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
          reason: first.first?.message ?? kind.rawValue,
          files: problems.count(kind), bytes: 0,
          examples: first.prefix(3).map { problem in
            Self.path(problem) + (problem.record.map { ":\($0)" } ?? "")
          }, isOfSample: true))
    }
  }
}
