import Glibc
import Streams

/// Reads a tar archive from front to back: ustar, pax and GNU names. Every header's checksum is
/// checked; behind a damaged one reading goes on at the next that is valid. Archives that were put one
/// behind the other are read to the end.
///
///     let tar = TarReader(try InputFile.open("docs.tar.gz"), name: "docs.tar.gz")
///     while let member = tar.next() { read(member.path, member.source) }
package final class TarReader: ArchiveMembers {
  /// How the archive is named in problems.
  package let name: String
  package private(set) var problems = ReadingProblems()

  private let source: any ByteSource
  private let buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// Bytes of the archive that were used.
  private var position = 0
  /// Bytes of the member that were not read.
  private var left = 0
  private var padding = 0
  /// Tells a member's stream whether the archive has gone on.
  private var memberNumber = 0
  private var isBroken = false
  /// Names and extended fields are read whole.
  private static let fieldLimit = 1 << 20

  /// - Parameter source: the archive, decompressed.
  package init(_ source: any ByteSource, name: String) {
    self.source = source
    self.name = name
    buffer = .allocate(byteCount: 1 << 17, alignment: 64)
  }

  deinit { buffer.deallocate() }

  package func next() -> ArchiveMember? {
    while !isBroken {
      do {
        guard let member = try nextHeader() else { break }
        return member
      } catch let passed as PassedOver {
        passed.report(to: &problems)
      } catch {
        isBroken = true
        let fault = error as? Fault ?? Fault(.failure, "\(error)")
        problems.add(fault, file: name, damaged: true, offset: position)
      }
    }
    isBroken = true
    return nil
  }

  /// A member that is not handed out; reading goes on.
  private struct PassedOver: Error {
    var problem: ReadingProblem?
    var reason = ""

    func report(to problems: inout ReadingProblems) {
      if let problem { problems.add(problem) } else if !reason.isEmpty { problems.passOver(reason) }
    }
  }

  private func nextHeader() throws -> ArchiveMember? {
    try skip(left + padding)
    (left, padding) = (0, 0)
    memberNumber += 1
    var longName: [UInt8]?
    var fields = PaxFields()
    var isInDamage = false
    while true {
      let offset = position
      guard let block = try readBlock() else { return nil }
      if TarHeader.isZero(block) { continue }
      guard let header = TarHeader(block) else {
        if !isInDamage {
          problems.add(
            ReadingProblem(
              .malformedRecord, file: name, offset: offset,
              message: "a header of the archive is damaged"))
        }
        isInDamage = true
        continue
      }
      isInDamage = false
      switch header.type {
      case UInt8(ascii: "x"), UInt8(ascii: "g"):
        guard let found = PaxFields(try readField(header, offset)) else {
          throw PassedOver(
            problem: problem(.malformedRecord, offset, "extended fields of a member are damaged"))
        }
        if header.type == UInt8(ascii: "x") { fields = found }
      case UInt8(ascii: "L"): longName = Array(try readField(header, offset).prefix { $0 != 0 })
      case UInt8(ascii: "K"): _ = try readField(header, offset)
      default:
        return try member(
          header, offset, fields, name: MemberPath.text(fields.path ?? longName ?? header.name))
      }
    }
  }

  private func member(
    _ header: TarHeader, _ offset: Int, _ fields: PaxFields, name path: String
  ) throws -> ArchiveMember {
    switch header.type {
    case UInt8(ascii: "1"), UInt8(ascii: "2"):
      throw PassedOver(reason: "links in archives")
    case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"):
      throw PassedOver(reason: "devices in archives")
    case UInt8(ascii: "5"): throw PassedOver()
    default: break
    }
    var hasMoreMap = header.hasMoreMap
    while hasMoreMap, let block = try readBlock() { hasMoreMap = block[504] != 0 }
    let byteCount = fields.byteCount ?? header.byteCount
    guard byteCount <= Int.max - TarHeader.size else {
      throw PassedOver(problem: problem(.malformedRecord, offset, "the size of a member is wrong"))
    }
    left = byteCount
    padding = (TarHeader.size - byteCount % TarHeader.size) % TarHeader.size
    switch header.type {
    case UInt8(ascii: "S"):
      throw PassedOver(problem: problem(.unsupported, offset, "a sparse member", path))
    case _ where fields.isSparse:
      throw PassedOver(problem: problem(.unsupported, offset, "a sparse member", path))
    case UInt8(ascii: "M"):
      throw PassedOver(
        problem: problem(.unsupported, offset, "a member that goes on in another archive", path))
    case UInt8(ascii: "V"), UInt8(ascii: "D"): throw PassedOver()
    default: break
    }
    // In the oldest form a folder is a member whose name ends in a slash.
    if path.hasSuffix("/") { throw PassedOver() }
    guard let safe = MemberPath.safe(path) else {
      throw PassedOver(
        problem: problem(.unsafePath, offset, MemberPath.refusal(of: path)))
    }
    return ArchiveMember(
      path: safe, offset: offset, byteCount: byteCount,
      source: TarMemberSource(self, number: memberNumber))
  }

  private func problem(
    _ kind: ReadingProblem.Kind, _ offset: Int, _ message: String, _ path: String? = nil
  ) -> ReadingProblem {
    ReadingProblem(
      kind, file: name, offset: offset, message: message + (path.map { ": '\($0)'" } ?? ""))
  }

  // MARK: Bytes

  fileprivate func readMember(
    _ number: Int, into target: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    guard number == memberNumber, !isBroken, left > 0, target.count > 0 else { return 0 }
    do {
      let count = try take(
        into: UnsafeMutableRawBufferPointer(rebasing: target[..<min(left, target.count)]))
      guard count > 0 else { throw cut() }
      left -= count
      return count
    } catch {
      isBroken = true
      throw error
    }
  }

  private func readField(_ header: TarHeader, _ offset: Int) throws -> [UInt8] {
    guard header.byteCount <= TarReader.fieldLimit else {
      left = min(header.byteCount, Int.max - TarHeader.size)
      padding = (TarHeader.size - left % TarHeader.size) % TarHeader.size
      throw PassedOver(
        problem: problem(
          .tooLarge, offset,
          "a name or the extended fields of a member are longer than \(TarReader.fieldLimit) bytes")
      )
    }
    let padded = (header.byteCount + TarHeader.size - 1) / TarHeader.size * TarHeader.size
    return Array(try readExactly(padded).prefix(header.byteCount))
  }

  /// The next block; nil at the end.
  private func readBlock() throws -> [UInt8]? {
    if start == end, try !refill() { return nil }
    return try readExactly(TarHeader.size)
  }

  private func readExactly(_ wanted: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: wanted) { target, filled in
      while filled < wanted {
        let count = try take(
          into: UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: target[filled..<wanted])))
        guard count > 0 else { throw cut() }
        filled += count
      }
    }
  }

  private func skip(_ count: Int) throws {
    var rest = count
    while rest > 0 {
      if start == end, try !refill() { throw cut() }
      let step = min(rest, end - start)
      start += step
      position += step
      rest -= step
    }
  }

  private func take(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    if start == end, try !refill() { return 0 }
    let count = min(target.count, end - start)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
    start += count
    position += count
    return count
  }

  private func refill() throws -> Bool {
    start = 0
    end = 0
    end = try source.read(into: buffer)
    return end > 0
  }

  private func cut() -> Fault {
    Fault(
      .input, "the archive '\(name)' is cut", at: "\(name), byte \(position)",
      found: "the end of the file", expected: "the rest of a member",
      hint: "the file is truncated: fetch or make it again")
  }
}

private final class TarMemberSource: ByteSource {
  private let tar: TarReader
  private let number: Int

  init(_ tar: TarReader, number: Int) {
    self.tar = tar
    self.number = number
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try tar.readMember(number, into: buffer)
  }
}
