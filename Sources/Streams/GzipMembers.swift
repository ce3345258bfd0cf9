import CDeflate
import Glibc

/// The members of a gzip file, one at a time (RFC 1952). A member that fits in memory is decompressed
/// whole and is handed out when its checksum is right; a larger one comes in pieces, in bounded
/// memory. Reading goes on behind damaged members, padding and foreign bytes.
package final class GzipMembers {
  private let input: CompressedInput
  private let decompressor: OpaquePointer
  private let inflater: Inflater
  /// For the first bytes of a member behind its header.
  private let judge: Inflater
  private let wholeLimit: Int
  private let compressedLimit: Int
  private let isResumption: (UnsafeRawBufferPointer) -> Bool
  private let scratch: UnsafeMutableRawBufferPointer
  private var piecewise: PiecewiseMember?
  /// The last member was larger than the limits: most likely the next one is, too.
  private var expectsLargeMembers = false
  private var hasMember = false
  /// What was decompressed only to find damage behind it.
  private var wasted = 0
  /// Where the compressed bytes start that were judged last, in the file, if they are no member's:
  /// many headers may lead there.
  private var refused: Int?

  /// A member that is decompressed in pieces.
  private struct PiecewiseMember {
    let offset: Int
    var isFirst = true
    var produced = 0
    var consumed = 0
  }

  private static let magic: [UInt8] = [0x1f, 0x8b, 0x08]
  /// Bytes that come out of a large member at a time, at most, and that go in.
  private static let pieceSize = 1 << 18
  private static let stepSize = 1 << 14
  /// Bytes of a member's content by which `isResumption` judges.
  package static let judgedByteCount = 64
  /// Compressed bytes that give so much, the longest table of codes in front of them.
  private static let judgedInputSize = 1 << 10
  /// What may be wasted before members inside a damaged one are passed over with it.
  private static let patience = 64 << 20

  /// - Parameters:
  ///   - source: the file as it is on disk.
  ///   - wholeLimit: members of more bytes than this come in pieces.
  ///   - isResumption: whether reading may go on behind damage with a member whose content starts
  ///     with these bytes, at most 64.
  package init(
    _ source: any ByteSource, wholeLimit: Int = 32 << 20,
    isResumption: @escaping (UnsafeRawBufferPointer) -> Bool = { _ in true }
  ) throws {
    guard let decompressor = libdeflate_alloc_decompressor() else {
      throw Fault(.failure, "out of memory")
    }
    self.decompressor = decompressor
    inflater = try Inflater(.gzip)
    judge = try Inflater(.none)
    input = CompressedInput(source, capacity: 1 << 19)
    self.wholeLimit = max(wholeLimit, 1)
    compressedLimit = max(min(wholeLimit / 4, 8 << 20), 1 << 12)
    self.isResumption = isResumption
    scratch = .allocate(byteCount: 1 << 16, alignment: 64)
  }

  deinit {
    libdeflate_free_decompressor(decompressor)
    scratch.deallocate()
  }

  /// Appends the next bytes to the window.
  /// - Throws: what the source throws.
  package func next(into window: ByteWindow) throws -> StreamMember {
    if piecewise != nil { return try nextPiece(into: window) }
    try input.fill(to: 18)
    if input.count == 0 { return .end }
    guard input.bytes.starts(with: Self.magic) else { return .damage(try skipForeignBytes()) }
    hasMember = true
    if expectsLargeMembers { return try startPieces(into: window) }
    while true {
      var (consumed, produced) = (0, 0)
      let free = window.free
      let result = libdeflate_gzip_decompress_ex(
        decompressor, input.bytes.baseAddress, input.count, free.baseAddress, free.count,
        &consumed, &produced)
      switch result {
      case LIBDEFLATE_SUCCESS:
        let offset = input.offset
        window.append(produced)
        input.consume(consumed)
        return .bytes(offset: offset, isFirst: true, isLast: true)
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if free.count >= wholeLimit { return try startPieces(into: window) }
        window.makeRoom(min(max(2 * free.count, 1 << 16), wholeLimit))
      default:
        // The library does not tell a member that goes on behind the buffer from a damaged one.
        if !input.isAtEnd, input.count < compressedLimit {
          try input.double()
        } else if let damage = try damageOfMember() {
          return .damage(damage)
        } else {
          return try startPieces(into: window)
        }
      }
    }
  }

  // MARK: Members in pieces

  private func startPieces(into window: ByteWindow) throws -> StreamMember {
    inflater.reset()
    piecewise = PiecewiseMember(offset: input.offset)
    return try nextPiece(into: window)
  }

  private func nextPiece(into window: ByteWindow) throws -> StreamMember {
    guard var member = piecewise else { return .end }
    while true {
      try input.fill(to: Self.stepSize)
      if input.count == 0 {
        piecewise = nil
        return .damage(
          MemberDamage(
            memberOffset: member.offset, offset: input.offset, isTrailing: false,
            message: "the file ends inside a gzip member"))
      }
      window.makeRoom(Self.pieceSize)
      let (consumed, produced, outcome) = inflater.inflate(
        UnsafeRawBufferPointer(rebasing: input.bytes.prefix(Self.stepSize)),
        into: UnsafeMutableRawBufferPointer(rebasing: window.free[..<Self.pieceSize]))
      let isStuck = consumed == 0 && produced == 0 && outcome == .goesOn
      if case .damaged(let message) = isStuck ? .damaged("it does not go on") : outcome {
        // What this step decompressed before the damage cannot be told from what the damage made.
        piecewise = nil
        return .damage(try resume(behind: member.offset, noticedAt: consumed, message))
      }
      input.consume(consumed)
      window.append(produced)
      member.consumed += consumed
      member.produced += produced
      let isLast = outcome == .ended
      if produced > 0 || isLast {
        let isFirst = member.isFirst
        member.isFirst = false
        piecewise = isLast ? nil : member
        if isLast {
          expectsLargeMembers = member.produced > wholeLimit || member.consumed > compressedLimit
        }
        return .bytes(offset: member.offset, isFirst: isFirst, isLast: isLast)
      }
    }
  }

  // MARK: Damage

  /// Why the member at the start of the input is no good; nil where it only has to be read in pieces,
  /// because it is large or because the file ends in it.
  private func damageOfMember() throws -> MemberDamage? {
    if GzipHeader(input.bytes) == .isEndless {
      return try resume(behind: input.offset, noticedAt: 0, "its header has no end")
    }
    inflater.reset()
    var used = 0
    while true {
      let rest = UnsafeRawBufferPointer(rebasing: input.bytes[used...])
      let (consumed, produced, outcome) = inflater.inflate(rest, into: scratch)
      used += consumed
      // Stored bytes are copied, others cost more or give more.
      wasted += consumed + produced / 16
      if case .damaged(let message) = outcome {
        return try resume(behind: input.offset, noticedAt: used, message)
      }
      if outcome == .ended { return nil }
      if consumed == 0, produced == 0 { break }
    }
    guard input.isAtEnd, isPatient, let next = try nextMember(from: 1) else { return nil }
    // A member that seems to last to the end of the file and has other members inside.
    let offset = input.offset
    input.consume(next)
    return MemberDamage(
      memberOffset: offset, offset: input.offset, isTrailing: false,
      message: "a gzip member has no end")
  }

  /// Members may lie in one another and all end in the same damage. They are looked into one by one
  /// as long as that costs no more than reading the file a few times.
  private var isPatient: Bool { wasted / 8 <= Self.patience / 8 + input.offset }

  /// Goes to the next member behind damage that was noticed `used` bytes into the input.
  private func resume(
    behind memberOffset: Int, noticedAt used: Int, _ message: String
  ) throws -> MemberDamage {
    let offset = input.offset + used
    // The member's own first bytes are passed over; the next one may start before the place where
    // the damage was noticed.
    let isStart = memberOffset == input.offset
    try skip(to: nextMember(from: isStart ? isPatient ? 1 : max(used, 1) : 0))
    return MemberDamage(
      memberOffset: memberOffset, offset: offset, isTrailing: false,
      message: "a gzip member is damaged: \(message)")
  }

  /// What is between members, or behind the last one.
  private func skipForeignBytes() throws -> MemberDamage {
    let offset = input.offset
    let isZero = input.bytes[0] == 0
    let next = try nextMember(from: 0)
    try skip(to: next)
    let count = input.offset - offset
    let what = isZero ? "padding" : "bytes that are not gzip"
    let place = next == nil && hasMember ? "behind the last gzip member" : "between gzip members"
    return MemberDamage(
      memberOffset: offset, offset: offset, isTrailing: next == nil && hasMember,
      message: "\(count) bytes of \(what) \(hasMember ? place : "before the first gzip member")")
  }

  private func skip(to next: Int?) throws { input.consume(next ?? input.count) }

  /// Where the next member starts that reading may go on with, as a place in the input; nil where the
  /// file has none. Input in front of it is used up as the search goes.
  private func nextMember(from first: Int) throws -> Int? {
    var from = first
    while true {
      let candidate = Self.firstMagic(in: input.bytes, from: from)
      if let candidate {
        // A header may be long, its first block too: enough of both to judge.
        if !input.isAtEnd, input.count - candidate < 1 << 17 {
          input.consume(candidate)
          try input.fill(to: 1 << 17)
          if canResume(at: 0) { return 0 }
          from = 1
        } else {
          if canResume(at: candidate) { return candidate }
          from = candidate + 1
        }
        continue
      }
      if input.isAtEnd { return nil }
      // The last two bytes may be the start of a mark.
      input.consume(max(input.count - 2, 0))
      from = 0
      try input.double()
    }
  }

  private static func firstMagic(in bytes: UnsafeRawBufferPointer, from: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var i = from
    while i + 3 <= bytes.count, let found = memchr(base + i, 0x1f, bytes.count - i - 2) {
      i = UnsafeRawPointer(found) - base
      if bytes[i + 1] == magic[1], bytes[i + 2] == magic[2] { return i }
      i += 1
    }
    return nil
  }

  private func canResume(at place: Int) -> Bool {
    let start = UnsafeRawBufferPointer(rebasing: input.bytes[place...])
    guard case .ends(let header) = GzipHeader(start), refused != input.offset + place + header
    else {
      return false
    }
    judge.reset()
    let body = start[header...].prefix(Self.judgedInputSize)
    let room = UnsafeMutableRawBufferPointer(rebasing: scratch[..<Self.judgedByteCount])
    let (_, produced, _) = judge.inflate(UnsafeRawBufferPointer(rebasing: body), into: room)
    guard produced > 0, isResumption(UnsafeRawBufferPointer(rebasing: scratch[..<produced])) else {
      refused = input.offset + place + header
      return false
    }
    return true
  }
}
