import Streams

/// Reads the files of a zip archive in the order of its directory: stored, DEFLATE and zstd, zip64.
/// Sizes and checksums are checked while a member is read; encrypted members, members that overlap and
/// names that leave the archive are refused.
package final class ZipReader: ArchiveMembers {
  /// How the archive is named in problems.
  package let name: String
  package private(set) var problems = ReadingProblems()

  private let file: RandomAccessBytes
  private let entries: [ZipEntry]
  private var position = 0

  /// - Throws: a `Fault` where the file cannot be read or has no directory.
  package convenience init(path: String, name: String? = nil) throws {
    try self.init(RandomAccessBytes(path: path), name: name ?? path)
  }

  package init(_ file: RandomAccessBytes, name: String) throws {
    self.file = file
    self.name = name
    let directory = try ZipDirectory(file, name: name)
    entries = directory.entries
    if let damage = directory.damage {
      problems.add(ReadingProblem(.malformedRecord, file: name, message: damage))
    }
  }

  package func next() -> ArchiveMember? {
    while position < entries.count {
      let entry = entries[position]
      position += 1
      if entry.isFolder { continue }
      if entry.isLink {
        problems.passOver("links in archives")
        continue
      }
      let path = MemberPath.text(entry.name)
      guard let safe = MemberPath.safe(path) else {
        add(.unsafePath, entry, MemberPath.refusal(of: path))
        continue
      }
      do {
        let source = try open(entry, name: "\(name)/\(safe)")
        return ArchiveMember(
          path: safe, offset: entry.offset, byteCount: entry.byteCount, source: source)
      } catch let refusal as Refusal {
        add(refusal.kind, entry, "\(refusal.message): '\(path)'")
      } catch {
        let fault = error as? Fault ?? Fault(.failure, "\(error)")
        problems.add(fault, file: "\(name)/\(safe)", damaged: true, offset: entry.offset)
      }
    }
    return nil
  }

  private struct Refusal: Error {
    var kind: ReadingProblem.Kind
    var message: String
  }

  private func add(_ kind: ReadingProblem.Kind, _ entry: ZipEntry, _ message: String) {
    problems.add(
      ReadingProblem(
        kind, file: name, record: position, offset: entry.offset, message: message))
  }

  private func open(_ entry: ZipEntry, name: String) throws -> any ByteSource {
    if entry.isEncrypted { throw Refusal(kind: .unsupported, message: "a member is encrypted") }
    guard [0, 8, 93].contains(entry.method) else {
      throw Refusal(
        kind: .unsupported, message: "a member is compressed with method \(entry.method)")
    }
    let header = LittleEndian(try file.bytes(at: entry.offset, count: 30))
    guard header.u32(0) == 0x0403_4b50, let nameLength = header.u16(26),
      let extraLength = header.u16(28)
    else {
      throw Refusal(kind: .malformedRecord, message: "the header of a member is damaged")
    }
    let start = entry.offset + 30 + nameLength + extraLength
    let (end, overflow) = start.addingReportingOverflow(entry.compressedByteCount)
    guard !overflow, end <= entry.limit else {
      throw Refusal(kind: .malformedRecord, message: "a member overlaps what follows it")
    }
    let stored = file.source(at: start, count: entry.compressedByteCount)
    let plain: any ByteSource =
      switch entry.method {
      case 8: try DeflateSource(stored, path: name)
      case 93: try ZstdSource(stored, path: name)
      default: stored
      }
    return CheckedSource(
      plain, byteCount: entry.byteCount, checksum: entry.checksum, path: name)
  }
}

/// A member's bytes, whose number and checksum must be what the directory says.
private final class CheckedSource: ByteSource {
  private let source: any ByteSource
  private let byteCount: Int
  private let checksum: UInt32
  private let path: String
  private var found = CRC32()
  private var read = 0

  init(_ source: any ByteSource, byteCount: Int, checksum: UInt32, path: String) {
    self.source = source
    self.byteCount = byteCount
    self.checksum = checksum
    self.path = path
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard buffer.count > 0 else { return 0 }
    let count = try source.read(into: buffer)
    read += count
    if read > byteCount { throw wrong("more than \(byteCount) bytes", "\(byteCount) bytes") }
    found.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    if count == 0 {
      if read < byteCount { throw wrong("\(read) bytes", "\(byteCount) bytes") }
      if found.value != checksum { throw wrong("another checksum", "what the directory says") }
    }
    return count
  }

  private func wrong(_ found: String, _ expected: String) -> Fault {
    Fault(
      .input, "'\(path)' is damaged", at: "\(path), byte \(read)", found: found, expected: expected)
  }
}
