import Streams

/// One file of a zip archive, as the archive's central directory describes it.
struct ZipEntry {
  var name: [UInt8]
  var flags: Int
  var method: Int
  var checksum: UInt32
  var compressedByteCount: Int
  var byteCount: Int
  /// Where its local header is, in the file.
  var offset: Int
  /// Where the next local header or the directory begins: its data must end before.
  var limit: Int
  /// The mode of a file that was packed on Unix; 0 for others.
  var unixMode: Int

  var isEncrypted: Bool { flags & 0x2041 != 0 }
  var isFolder: Bool { name.last == UInt8(ascii: "/") }
  var isLink: Bool { unixMode & 0o170000 == 0o120000 }
}

/// The central directory at the end of a zip archive: zip64, a comment, and bytes in front of the
/// archive such as a program that unpacks it.
struct ZipDirectory {
  private(set) var entries: [ZipEntry] = []
  /// What is wrong with the directory, where it was read in part.
  private(set) var damage: String?

  /// The place of the directory as its end record says.
  private struct End {
    var entryCount: Int
    var byteCount: Int
    var offset: Int
    /// Where the end record itself is; the directory ends there.
    var place: Int
    var isWide = false
  }

  private static let largestDirectory = 1 << 30

  /// - Throws: a `Fault` where there is no directory.
  init(_ file: RandomAccessBytes, name: String) throws {
    let end = try ZipDirectory.end(of: file, name: name)
    let (start, overflow) = end.place.subtractingReportingOverflow(end.byteCount)
    guard !overflow, start >= 0, end.offset <= start else {
      throw ZipDirectory.damaged(name, "its directory lies outside the file")
    }
    guard end.byteCount <= ZipDirectory.largestDirectory else {
      throw ZipDirectory.damaged(name, "its directory has \(end.byteCount) bytes")
    }
    let shift = start - end.offset
    let bytes = LittleEndian(try file.bytes(at: start, count: end.byteCount))
    var place = 0
    while place < bytes.bytes.count {
      guard let (entry, next) = ZipDirectory.entry(bytes, at: place, shift: shift) else {
        damage = "entry \(entries.count + 1) of the archive's directory is damaged"
        break
      }
      entries.append(entry)
      place = next
    }
    let counted = end.isWide ? entries.count : entries.count % 65536
    if damage == nil, counted != end.entryCount {
      damage = "the archive's directory has \(entries.count) entries and says \(end.entryCount)"
    }
    setLimits(directory: start)
  }

  private mutating func setLimits(directory: Int) {
    let starts = entries.indices.sorted {
      (entries[$0].offset, $0) < (entries[$1].offset, $1)
    }
    var limit = directory
    for index in starts.reversed() {
      entries[index].limit = limit
      limit = entries[index].offset
    }
  }

  private static func entry(
    _ bytes: LittleEndian, at place: Int, shift: Int
  ) -> (ZipEntry, next: Int)? {
    guard bytes.u32(place) == 0x0201_4b50, let madeBy = bytes.u16(place + 4),
      let flags = bytes.u16(place + 8), let method = bytes.u16(place + 10),
      let checksum = bytes.number(at: place + 16, size: 4),
      var compressed = bytes.u32(place + 20), var plain = bytes.u32(place + 24),
      let nameLength = bytes.u16(place + 28), let extraLength = bytes.u16(place + 30),
      let commentLength = bytes.u16(place + 32), let attributes = bytes.u32(place + 38),
      var offset = bytes.u32(place + 42), let name = bytes.slice(place + 46, nameLength),
      let extra = bytes.slice(place + 46 + nameLength, extraLength),
      bytes.slice(place + 46 + nameLength + extraLength, commentLength) != nil
    else { return nil }
    let fields = ZipExtraFields(Array(extra))
    guard fields.widen(&plain, &compressed, &offset) else { return nil }
    let (moved, overflow) = offset.addingReportingOverflow(shift)
    guard !overflow else { return nil }
    let entry = ZipEntry(
      name: fields.name(instead: Array(name)), flags: flags, method: method,
      checksum: UInt32(truncatingIfNeeded: checksum), compressedByteCount: compressed,
      byteCount: plain, offset: moved, limit: 0,
      unixMode: madeBy >> 8 == 3 ? attributes >> 16 : 0)
    return (entry, place + 46 + nameLength + extraLength + commentLength)
  }

  /// The end record lies in front of a comment of at most 65,535 bytes.
  private static func end(of file: RandomAccessBytes, name: String) throws -> End {
    let tail = min(file.count, 22 + 65_535)
    let base = file.count - tail
    let bytes = LittleEndian(try file.bytes(at: base, count: tail))
    var found: Int?
    for place in stride(from: bytes.bytes.count - 22, through: 0, by: -1)
    where bytes.bytes[place] == 0x50 && bytes.u32(place) == 0x0605_4b50 {
      if found == nil { found = place }
      // The mark may also stand in the comment: the record whose comment ends the file is the one.
      if let comment = bytes.u16(place + 20), place + 22 + comment == bytes.bytes.count {
        found = place
        break
      }
    }
    guard let place = found, let disk = bytes.u16(place + 4), let count = bytes.u16(place + 10),
      let size = bytes.u32(place + 12), let offset = bytes.u32(place + 16)
    else { throw damaged(name, "it has no directory at its end") }
    let wide = try wideEnd(of: file, before: base + place)
    if let wide { return wide }
    guard disk == 0 else {
      throw Fault(.input, "'\(name)' is one part of an archive in several files", at: name)
    }
    return End(entryCount: count, byteCount: size, offset: offset, place: base + place)
  }

  /// The zip64 end record, where its locator stands in front of the end record.
  private static func wideEnd(of file: RandomAccessBytes, before place: Int) throws -> End? {
    guard place >= 20 else { return nil }
    let locator = LittleEndian(try file.bytes(at: place - 20, count: 20))
    guard locator.u32(0) == 0x0706_4b50, let said = locator.u64(8) else { return nil }
    // Bytes in front of the archive move the record: it is usually right before its locator.
    for candidate in [said, place - 20 - 56] where candidate >= 0 && candidate <= place - 76 {
      let record = LittleEndian(try file.bytes(at: candidate, count: 56))
      if record.u32(0) == 0x0606_4b50, let count = record.u64(32), let size = record.u64(40),
        let offset = record.u64(48)
      {
        return End(
          entryCount: count, byteCount: size, offset: offset, place: candidate, isWide: true)
      }
    }
    return nil
  }

  private static func damaged(_ name: String, _ found: String) -> Fault {
    Fault(
      .input, "'\(name)' is not a complete zip archive", at: name, found: found,
      hint: "the file is truncated or damaged: fetch or make it again")
  }
}

/// The extra fields of a directory entry: wide numbers, and a name in UTF-8.
struct ZipExtraFields {
  private var wide: [UInt8]?
  private var unicodeName: [UInt8]?

  init(_ bytes: [UInt8]) {
    let extra = LittleEndian(bytes)
    var place = 0
    while let id = extra.u16(place), let count = extra.u16(place + 2),
      let value = extra.slice(place + 4, count)
    {
      if id == 0x0001 { wide = Array(value) }
      if id == 0x7075 { unicodeName = Array(value) }
      place += 4 + count
    }
  }

  /// Puts wide numbers in the place of those that say so.
  /// - Returns: false where one is missing.
  func widen(_ plain: inout Int, _ compressed: inout Int, _ offset: inout Int) -> Bool {
    let values = LittleEndian(wide ?? [])
    var place = 0
    func widen(_ number: inout Int) -> Bool {
      guard number == 0xffff_ffff, wide != nil else { return true }
      guard let value = values.u64(place) else { return false }
      number = value
      place += 8
      return true
    }
    return widen(&plain) && widen(&compressed) && widen(&offset)
  }

  /// The name in UTF-8, where it belongs to the name that was given.
  func name(instead name: [UInt8]) -> [UInt8] {
    guard let field = unicodeName, field.first == 1,
      LittleEndian(field).number(at: 1, size: 4)
        == UInt64(name.withUnsafeBytes { CRC32($0) }.value)
    else { return name }
    return Array(field.dropFirst(5))
  }
}
