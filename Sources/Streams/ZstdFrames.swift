import CZstd
import Glibc

/// The frames of a zstd file, in pieces (RFC 8878). A skippable frame in front of them may hold the
/// dictionary that they were compressed with, as in `.warc.zst`. Reading goes on behind damaged frames.
package final class ZstdFrames {
  private let input: CompressedInput
  private let context: OpaquePointer
  private let isResumption: (UnsafeRawBufferPointer) -> Bool
  private var frameOffset: Int?
  private var isFirstPiece = true
  /// How many bytes the decompressor asks for.
  private var stepSize = 1
  private var isAtStart = true

  private static let dictionaryMagic: UInt32 = 0x184D_2A5D
  private static let frameMagic: UInt32 = 0xFD2F_B528
  private static let pieceSize = 1 << 18
  private static let dictionaryLimit = 64 << 20
  /// Parts of a frame in which its content must start: its header, its first blocks.
  private static let judgedParts = 8

  /// - Parameters:
  ///   - source: the file as it is on disk.
  ///   - isResumption: whether reading may go on behind damage with a frame whose content starts
  ///     with these bytes, at most 64.
  package init(
    _ source: any ByteSource,
    isResumption: @escaping (UnsafeRawBufferPointer) -> Bool = { _ in true }
  ) throws {
    guard let context = ZSTD_createDCtx() else { throw Fault(.failure, "out of memory") }
    self.context = context
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdWindow.logLimit)
    input = CompressedInput(source, capacity: 1 << 18)
    self.isResumption = isResumption
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Appends the next bytes to the window.
  /// - Throws: what the source throws.
  package func next(into window: ByteWindow) throws -> StreamMember {
    if isAtStart {
      isAtStart = false
      if let damage = try readDictionary() { return .damage(damage) }
    }
    while true {
      if frameOffset == nil {
        try input.fill(to: 8)
        if input.count == 0 { return .end }
        if try skipSkippable() { continue }
        guard magic(at: 0) == Self.frameMagic else { return .damage(try skipForeignBytes()) }
        frameOffset = input.offset
        isFirstPiece = true
        stepSize = 1 << 4
      }
      if let piece = try nextPiece(into: window) { return piece }
    }
  }

  private func nextPiece(into window: ByteWindow) throws -> StreamMember? {
    guard let offset = frameOffset else { return nil }
    try input.fill(to: stepSize)
    if input.count == 0 {
      frameOffset = nil
      return .damage(
        MemberDamage(
          memberOffset: offset, offset: input.offset, isTrailing: false,
          message: "the file ends inside a zstd frame"))
    }
    window.makeRoom(Self.pieceSize)
    let (given, room) = (input.bytes, window.free)
    // A block at a time: of a call that meets damage nothing comes out.
    var from = ZSTD_inBuffer(src: given.baseAddress, size: min(stepSize, given.count), pos: 0)
    var to = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
    let result = ZSTD_decompressStream(context, &to, &from)
    if ZSTD_isError(result) != 0 {
      frameOffset = nil
      let message =
        ZstdWindow.isTooLarge(result)
        ? "\(ZstdWindow.found): \(ZstdWindow.hint)" : String(cString: ZSTD_getErrorName(result))
      return .damage(try resume(behind: offset, noticedAt: from.pos, message))
    }
    input.consume(from.pos)
    window.append(to.pos)
    stepSize = min(max(result, 1), 1 << 18)
    let isLast = result == 0
    if isLast { frameOffset = nil }
    guard to.pos > 0 || isLast else { return nil }
    defer { isFirstPiece = false }
    return .bytes(offset: offset, isFirst: isFirstPiece, isLast: isLast)
  }

  // MARK: Skippable frames

  private func magic(at place: Int) -> UInt32? {
    guard place >= 0, place + 4 <= input.count else { return nil }
    return UInt32(
      littleEndian: input.bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
  }

  private func skipSkippable() throws -> Bool {
    guard let mark = magic(at: 0), mark & 0xFFFF_FFF0 == 0x184D_2A50, let size = magic(at: 4)
    else { return false }
    var left = Int(size) + 8
    while left > 0 {
      try input.fill(to: 1)
      if input.count == 0 { return true }
      let used = min(left, input.count)
      input.consume(used)
      left -= used
    }
    return true
  }

  /// The dictionary may itself be compressed.
  private func readDictionary() throws -> MemberDamage? {
    try input.fill(to: 8)
    guard magic(at: 0) == Self.dictionaryMagic, let size = magic(at: 4), size >= 4 else {
      return nil
    }
    let offset = input.offset
    func damage(_ message: String) -> MemberDamage {
      MemberDamage(memberOffset: offset, offset: offset, isTrailing: false, message: message)
    }
    guard Int(size) <= Self.dictionaryLimit else {
      return damage("the zstd dictionary is larger than \(Self.dictionaryLimit) bytes")
    }
    try input.fill(to: Int(size) + 8)
    guard input.count >= Int(size) + 8 else { return damage("the zstd dictionary is cut") }
    defer { input.consume(Int(size) + 8) }
    let stored = UnsafeRawBufferPointer(rebasing: input.bytes[8..<8 + Int(size)])
    var dictionary = Array(stored)
    if magic(at: 8) == Self.frameMagic {
      let plain = ByteWindow()
      let outcome = ContentCoding.zstd.decode(stored, limit: Self.dictionaryLimit, into: plain)
      guard outcome == .complete else { return damage("the zstd dictionary is damaged") }
      dictionary = Array(plain.bytes)
    }
    let result = dictionary.withUnsafeBytes {
      ZSTD_DCtx_loadDictionary(context, $0.baseAddress, $0.count)
    }
    guard ZSTD_isError(result) == 0 else { return damage("the zstd dictionary is damaged") }
    return nil
  }

  // MARK: Damage

  private func resume(
    behind memberOffset: Int, noticedAt used: Int, _ message: String
  ) throws -> MemberDamage {
    let offset = input.offset + used
    try skipToFrame(from: memberOffset == input.offset ? 1 : 0)
    return MemberDamage(
      memberOffset: memberOffset, offset: offset, isTrailing: false,
      message: "a zstd frame is damaged: \(message)")
  }

  private func skipForeignBytes() throws -> MemberDamage {
    let offset = input.offset
    let isZero = input.bytes[0] == 0
    let isTrailing = try !skipToFrame(from: 0)
    let what = isZero ? "padding" : "bytes that are not zstd"
    return MemberDamage(
      memberOffset: offset, offset: offset, isTrailing: isTrailing,
      message: "\(input.offset - offset) bytes of \(what) between or behind zstd frames")
  }

  /// Goes to the next frame that reading may go on with; false, with all input used up, where the
  /// file has none.
  @discardableResult
  private func skipToFrame(from first: Int) throws -> Bool {
    var from = first
    while true {
      while from + 4 <= input.count {
        guard let base = input.bytes.baseAddress,
          let found = memchr(base + from, 0x28, input.count - from - 3)
        else { break }
        from = UnsafeRawPointer(found) - base
        if magic(at: from) == Self.frameMagic {
          input.consume(from)
          from = 0
          // A frame's first block may be large: enough of it to judge.
          try input.fill(to: 1 << 18)
          if canResume() { return true }
        }
        from += 1
      }
      if input.isAtEnd {
        input.consume(input.count)
        return false
      }
      input.consume(max(input.count - 3, 0))
      from = 0
      try input.double()
    }
  }

  private func canResume() -> Bool {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    defer { ZSTD_DCtx_reset(context, ZSTD_reset_session_only) }
    return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { room in
      var from = ZSTD_inBuffer(src: input.bytes.baseAddress, size: 0, pos: 0)
      var to = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      // A block at a time: thousands of empty ones may follow one another.
      var wanted = 1 << 4
      for _ in 0..<Self.judgedParts {
        from.size = min(from.pos + wanted, input.count)
        wanted = ZSTD_decompressStream(context, &to, &from)
        if to.pos > 0 || wanted == 0 || ZSTD_isError(wanted) != 0 || from.pos == input.count {
          break
        }
      }
      return to.pos > 0 && isResumption(UnsafeRawBufferPointer(rebasing: room[..<to.pos]))
    }
  }
}
