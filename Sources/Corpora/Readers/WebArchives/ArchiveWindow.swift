import Streams

/// The bytes of an archive after decompression, a window that moves over them. It knows where gzip
/// members and zstd frames start, and keeps the record in front of such a place apart from what
/// starts there.
final class ArchiveWindow {
  /// What kept bytes from being read.
  enum Event {
    case damage(MemberDamage)
    case fault(Fault)
    case unsupported(String)
  }

  private enum Bytes {
    case unknown
    case plain
    case gzip(GzipMembers)
    case zstd(ZstdFrames)
    case nothing
  }

  private let source: PrefixedSource
  private let name: String
  private let window = ByteWindow()
  private var form = Bytes.unknown
  /// Where members start: in the stream, and in the file.
  private var marks: [(position: Int, offset: Int)] = []
  /// Where the bytes of the window end that may belong to the record in front.
  private var boundary: Int?
  /// The boundary is where damage tore the bytes apart.
  private(set) var isTorn = false
  /// The window's bytes end with a member.
  private var endsMember = false
  private(set) var isAtEnd = false
  /// Read already, and not yet looked at.
  private var held: StreamMember?
  /// What happened since the caller emptied this.
  var events: [Event] = []
  /// Whether records may be ARC records.
  var isARC = false

  private static let plainPieceSize = 1 << 19
  /// Where a record spans more members than this, the places of the next ones are not exact.
  private static let markLimit = 1 << 16

  /// - Parameter name: says how the file is compressed where its first bytes are damaged.
  init(_ source: any ByteSource, name: String) {
    self.source = PrefixedSource(source)
    self.name = name
  }

  /// Bytes that may belong to the record in front.
  var bytes: UnsafeRawBufferPointer {
    let bytes = window.bytes
    guard let boundary, boundary - window.position < bytes.count else { return bytes }
    return UnsafeRawBufferPointer(rebasing: bytes[..<(boundary - window.position)])
  }

  /// How many bytes were used up.
  var position: Int { window.position }

  /// Where in the file on disk the first byte of the window is, or the member that holds it.
  var offset: Int {
    var passed = 0
    while passed + 1 < marks.count, marks[passed + 1].position <= window.position { passed += 1 }
    if passed > 0 { marks.removeFirst(passed) }
    return marks.first?.offset ?? window.position
  }

  /// Nothing more belongs to the record in front: its gzip member ends here.
  var isAtMemberEnd: Bool { boundary != nil || endsMember }

  func consume(_ count: Int) {
    window.consume(count)
    if let place = boundary, place <= window.position {
      boundary = nil
      isTorn = false
    }
  }

  /// Reads more bytes behind the window's.
  /// - Parameter isInside: the window's bytes, none perhaps, are the rest of a record.
  /// - Returns: false where nothing more can belong to the record in front.
  func extend(isInside: Bool = false) throws -> Bool {
    if boundary != nil { return false }
    while !isAtEnd {
      let end = window.position + window.count
      let isInside = isInside || window.count > 0
      switch try takeNext() {
      case .bytes(let offset, let isFirst, let isLast):
        endsMember = isLast
        if isFirst {
          if marks.last?.position == end || marks.count >= Self.markLimit { marks.removeLast() }
          marks.append((end, offset))
          if isInside, try startsRecord(at: end) {
            boundary = end
            return false
          }
        }
        if window.position + window.count > end { return true }
      case .damage(let damage):
        events.append(.damage(damage))
        if isInside, !damage.isTrailing {
          boundary = end
          isTorn = true
          return false
        }
      case .end: isAtEnd = true
      }
    }
    return false
  }

  /// Whether a new member's first bytes start a record; reads on until they are enough.
  private func startsRecord(at place: Int) throws -> Bool {
    while window.position + window.count - place < RecordStart.judgedByteCount, !endsMember {
      let member = try next()
      guard case .bytes(_, _, let isLast) = member else {
        held = member
        break
      }
      endsMember = isLast
    }
    let bytes = UnsafeRawBufferPointer(rebasing: window.bytes[(place - window.position)...])
    return RecordStart.looksRight(bytes, isARC: isARC)
  }

  private func takeNext() throws -> StreamMember {
    defer { held = nil }
    return try held ?? next()
  }

  /// The next bytes; a source that fails is at its end.
  private func next() throws -> StreamMember {
    do {
      switch form {
      case .unknown:
        form = try recognize()
        return try next()
      case .plain:
        window.makeRoom(Self.plainPieceSize)
        let count = try source.read(into: window.free)
        window.append(count)
        return count == 0 ? .end : .bytes(offset: 0, isFirst: false, isLast: false)
      case .gzip(let members): return try members.next(into: window)
      case .zstd(let frames): return try frames.next(into: window)
      case .nothing: return .end
      }
    } catch let fault as Fault {
      form = .nothing
      events.append(.fault(fault))
      isTorn = true
      boundary = window.position + window.count
      return .end
    }
  }

  /// Tells how the file is compressed by its first bytes, or else by its name.
  private func recognize() throws -> Bytes {
    let start = try source.readPrefix(RecordStart.judgedByteCount)
    let mark = start.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if start.starts(with: [0x1f, 0x8b]) { return try gzip() }
    if mark == 0xFD2F_B528 || (start.count >= 4 && mark & 0xFFFF_FFF0 == 0x184D_2A50) {
      return try zstd()
    }
    if mark == 0x184D_2204 {
      events.append(.unsupported("LZ4 is not read: recompress the archive with gzip or zstd"))
      return .nothing
    }
    if start.withUnsafeBytes({ RecordStart.looksRight($0, isARC: true) }) { return .plain }
    switch InputFile.compression(name) {
    case .gzip: return try gzip()
    case .zstd: return try zstd()
    case nil: return .plain
    }
  }

  private func gzip() throws -> Bytes {
    .gzip(try GzipMembers(source) { RecordStart.looksRight($0, isARC: true) })
  }

  private func zstd() throws -> Bytes {
    .zstd(try ZstdFrames(source) { RecordStart.looksRight($0, isARC: true) })
  }
}

/// A source whose first bytes can be looked at.
private final class PrefixedSource: ByteSource {
  private let source: any ByteSource
  private var prefix: [UInt8] = []

  init(_ source: any ByteSource) { self.source = source }

  func readPrefix(_ count: Int) throws -> [UInt8] {
    prefix = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try source.readFully(into: UnsafeMutableRawBufferPointer(buffer))
    }
    return prefix
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if prefix.isEmpty { return try source.read(into: buffer) }
    let count = min(prefix.count, buffer.count)
    buffer.copyBytes(from: prefix[..<count])
    prefix.removeFirst(count)
    return count
  }
}
