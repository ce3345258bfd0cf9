import Streams

/// Reads the documents of an archive. A member is read as its name says: a page, a text or a source
/// file is a document `NAME/member`; tables, JSON lines and web archives are given to `open`; an archive
/// in an archive is read too, but none inside that.
public final class ArchiveReader: DocumentReader {
  /// Opens a member of many documents; nil where nobody can. `name` is `NAME/member`. The source is
  /// decompressed, but for web archives and Parquet, and valid until its reader is at its end.
  public typealias MemberOpening = (
    _ source: any ByteSource, _ name: String, _ format: CorpusFormat
  ) throws -> (any DocumentReader)?

  /// How the archive is named in ids and problems.
  public let name: String

  private let members: any ArchiveMembers
  private let options: ReadingOptions
  private let source: [UInt8]
  private let extract: TextExtraction
  private let open: MemberOpening
  private let isInner: Bool
  private let scratch: FileScratch
  private var code: SourceTree
  private var text: [UInt8] = []
  private var ownProblems = ReadingProblems()
  private var reader: (any DocumentReader)?

  /// - Parameter source: the archive, decompressed.
  public convenience init(
    tar source: any ByteSource, name: String, options: ReadingOptions = ReadingOptions(),
    extract: @escaping TextExtraction, open: @escaping MemberOpening
  ) {
    self.init(
      TarReader(source, name: name), name: name, options: options, extract: extract, open: open)
  }

  /// - Throws: a `Fault` where the file cannot be read or is no zip archive.
  public convenience init(
    zip path: String, name: String? = nil, options: ReadingOptions = ReadingOptions(),
    extract: @escaping TextExtraction, open: @escaping MemberOpening
  ) throws {
    self.init(
      try ZipReader(path: path, name: name), name: name ?? path, options: options,
      extract: extract, open: open)
  }

  private init(
    _ members: any ArchiveMembers, name: String, options: ReadingOptions, isInner: Bool = false,
    extract: @escaping TextExtraction, open: @escaping MemberOpening
  ) {
    self.members = members
    self.name = name
    self.options = options
    source = Array(options.defaultSource.utf8)
    self.isInner = isInner
    self.extract = extract
    self.open = open
    scratch = FileScratch(limit: options.documentLimit)
    code = SourceTree()
  }

  public var problems: ReadingProblems {
    var all = ownProblems
    all.merge(members.problems)
    if let reader { all.merge(reader.problems) }
    return all
  }

  public func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool {
    batch.removeAll()
    while batch.textByteCount < targetTextBytes, batch.count < 1 << 20 {
      if let reader {
        if try reader.fill(&batch, targetTextBytes: targetTextBytes) { return true }
        ownProblems.merge(reader.problems)
        self.reader = nil
      }
      guard let member = members.next() else { break }
      do {
        try read(member, into: &batch)
      } catch let fault as Fault {
        ownProblems.add(fault, file: "\(name)/\(member.path)", damaged: false, offset: nil)
      }
      // A reader empties the batch that it fills.
      if reader != nil, !batch.isEmpty { return true }
    }
    return !batch.isEmpty
  }

  private func read(_ member: ArchiveMember, into batch: inout DocumentBatch) throws {
    let id = "\(name)/\(member.path)"
    if Folder.name(of: member.path).hasPrefix("._") {
      return ownProblems.passOver("resource forks of macOS")
    }
    let format = CorpusFormat(path: member.path)
    if LicenseDetector.isLicenseFile(member.path), format?.isOneDocument ?? true {
      guard let bytes = whole(member, id) else { return }
      code.learn(licenseFile: member.path, bytes)
      if let format { return addDocument(member, id, format, bytes, to: &batch) }
    }
    guard let format else { return ownProblems.passOver("files of unknown format") }
    switch format {
    case .html, .text, .code:
      if let bytes = whole(member, id) { addDocument(member, id, format, bytes, to: &batch) }
    case .tar, .zip: try openArchive(member, id, format)
    case .warc, .parquet: try open(member.source, id, format, member)
    case .jsonl, .csv, .tsv:
      try open(InputFile.decompressed(member.source, path: member.path), id, format, member)
    }
  }

  private func open(
    _ source: any ByteSource, _ id: String, _ format: CorpusFormat, _ member: ArchiveMember
  ) throws {
    reader = try open(source, id, format)
    if reader == nil {
      add(.unsupported, member, "a member of format \(format.rawValue) is not read in an archive")
    }
  }

  private func openArchive(
    _ member: ArchiveMember, _ id: String, _ format: CorpusFormat
  ) throws {
    if isInner {
      return add(.unsupported, member, "an archive lies in an archive that lies in an archive")
    }
    let inner: any ArchiveMembers
    if format == .tar {
      inner = TarReader(
        try InputFile.decompressed(member.source, path: member.path), name: id)
    } else {
      guard let bytes = whole(member, id) else { return }
      inner = try ZipReader(RandomAccessBytes(Array(bytes)), name: id)
    }
    reader = ArchiveReader(
      inner, name: id, options: options, isInner: true, extract: extract, open: open)
  }

  private func addDocument(
    _ member: ArchiveMember, _ id: String, _ format: CorpusFormat,
    _ bytes: UnsafeRawBufferPointer, to batch: inout DocumentBatch
  ) {
    if bytes.isEmpty {
      return ownProblems.add(
        ReadingProblem(.emptyDocument, file: id, message: "the file is empty"))
    }
    var metadata: [UInt8] = []
    if format == .code {
      let description = code.describe(path: member.path, bytes)
      if !options.skippedCode.isDisjoint(with: description.marks) {
        return ownProblems.passOver(SourceCodeDescription.passedOver)
      }
      metadata = description.metadata
    }
    RawDocument(id: id, url: "", format: format, bytes: bytes).append(
      to: &batch, source: source, metadata: metadata, scratch: &text, problems: &ownProblems,
      extract: extract)
  }

  /// All bytes of a member, decompressed; nil where they are in the problems instead.
  private func whole(_ member: ArchiveMember, _ id: String) -> UnsafeRawBufferPointer? {
    if member.byteCount > options.documentLimit {
      add(.tooLarge, member, "a member is larger than \(options.documentLimit) bytes")
      return nil
    }
    do {
      let source = try InputFile.decompressed(member.source, path: member.path)
      return scratch.read(source, isPacked: true, id: id, &ownProblems)
    } catch {
      let fault = error as? Fault ?? Fault(.failure, "\(error)")
      ownProblems.add(fault, file: id, damaged: false, offset: nil)
      return nil
    }
  }

  private func add(_ kind: ReadingProblem.Kind, _ member: ArchiveMember, _ message: String) {
    ownProblems.add(
      ReadingProblem(
        kind, file: "\(name)/\(member.path)", offset: member.offset, message: message))
  }
}
