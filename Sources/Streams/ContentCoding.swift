import CBrotli
import CZlib
import CZstd

/// A compression that HTTP names in `Content-Encoding` (RFC 9110).
package enum ContentCoding: Equatable, Sendable {
  case gzip
  /// zlib, or without its wrapper, as some servers send it.
  case deflate
  case brotli
  case zstd

  /// The coding of this name, whatever its case; nil for other names.
  package init?(name: UnsafeRawBufferPointer) {
    func matches(_ text: StaticString) -> Bool {
      text.utf8CodeUnitCount == name.count
        && (0..<name.count).allSatisfy { lowercase(name[$0]) == text.utf8Start[$0] }
    }
    if matches("gzip") || matches("x-gzip") {
      self = .gzip
    } else if matches("deflate") {
      self = .deflate
    } else if matches("br") {
      self = .brotli
    } else if matches("zstd") {
      self = .zstd
    } else {
      return nil
    }
  }

  /// How far decoding went.
  package enum Outcome: Equatable, Sendable {
    /// To the end of the payload's coded bytes.
    case complete
    /// To an error, or to the end of a payload that was cut.
    case incomplete
    /// To the limit, and there is more.
    case overLimit
  }

  /// Decodes a payload, as far as it goes, and appends what comes out to the window.
  /// - Parameter limit: bytes that may come out.
  package func decode(
    _ payload: UnsafeRawBufferPointer, limit: Int, into window: ByteWindow
  ) -> Outcome {
    var output = DecodedBytes(window, limit: limit, pieceSize: 4 * payload.count)
    let isComplete: Bool =
      switch self {
      case .gzip: Self.inflate(payload, .gzip, into: &output)
      case .deflate:
        Self.inflate(payload, Self.hasZlibHeader(payload) ? .zlib : .none, into: &output)
      case .brotli: Self.decodeBrotli(payload, into: &output)
      case .zstd: Self.decodeZstd(payload, into: &output)
      }
    if output.isOverLimit { return .overLimit }
    return isComplete ? .complete : .incomplete
  }

  private static func hasZlibHeader(_ payload: UnsafeRawBufferPointer) -> Bool {
    payload.count >= 2 && payload[0] & 0x0f == 8 && payload[0] >> 4 <= 7
      && (Int(payload[0]) << 8 | Int(payload[1])) % 31 == 0
  }

  /// Any number of gzip members; bytes behind the last one are passed over.
  private static func inflate(
    _ payload: UnsafeRawBufferPointer, _ wrapper: Inflater.Wrapper, into output: inout DecodedBytes
  ) -> Bool {
    guard let inflater = try? Inflater(wrapper) else { return false }
    var used = 0
    while true {
      let rest = UnsafeRawBufferPointer(rebasing: payload[used...])
      var (consumed, outcome) = (0, Inflater.Outcome.goesOn)
      let produced = output.append { room in
        let result = inflater.inflate(rest, into: room)
        (consumed, outcome) = (result.consumed, result.outcome)
        return result.produced
      }
      used += consumed
      switch outcome {
      case .damaged: return false
      case .ended:
        guard wrapper == .gzip, used + 3 <= payload.count, payload[used] == 0x1f,
          payload[used + 1] == 0x8b, payload[used + 2] == 8
        else { return true }
        inflater.reset()
      case .goesOn:
        if output.isOverLimit || (consumed == 0 && produced == 0) { return false }
      }
      if output.isOverLimit { return false }
    }
  }

  private static func decodeBrotli(
    _ payload: UnsafeRawBufferPointer, into output: inout DecodedBytes
  ) -> Bool {
    guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { return false }
    defer { BrotliDecoderDestroyInstance(state) }
    var left = payload.count
    var next = payload.baseAddress?.assumingMemoryBound(to: UInt8.self)
    while true {
      var result = BROTLI_DECODER_RESULT_ERROR
      _ = output.append { room in
        var free = room.count
        var to = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        result = BrotliDecoderDecompressStream(state, &left, &next, &free, &to, nil)
        return room.count - free
      }
      if output.isOverLimit { return false }
      switch result {
      case BROTLI_DECODER_RESULT_SUCCESS: return true
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: continue
      default: return false
      }
    }
  }

  private static func decodeZstd(
    _ payload: UnsafeRawBufferPointer, into output: inout DecodedBytes
  ) -> Bool {
    guard let context = ZSTD_createDCtx() else { return false }
    defer { ZSTD_freeDCtx(context) }
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdWindow.logLimit)
    var from = ZSTD_inBuffer(src: payload.baseAddress, size: payload.count, pos: 0)
    while true {
      let before = from.pos
      var result = 0
      let produced = output.append { room in
        var to = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
        result = ZSTD_decompressStream(context, &to, &from)
        return to.pos
      }
      if ZSTD_isError(result) != 0 || output.isOverLimit { return false }
      if result == 0, from.pos == from.size { return true }
      if produced == 0, from.pos == before { return false }
    }
  }
}

/// The end of a window, up to a limit.
private struct DecodedBytes {
  private let window: ByteWindow
  private let pieceSize: Int
  private var left: Int
  private(set) var isOverLimit = false

  init(_ window: ByteWindow, limit: Int, pieceSize: Int) {
    self.window = window
    self.pieceSize = min(max(pieceSize, 1 << 12), 1 << 18)
    left = max(limit, 0)
  }

  /// Appends what `body` writes into the room that it is given, and returns how much that was.
  mutating func append(_ body: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    // One byte more than the limit tells a payload that ends there from one that goes on.
    let size = min(pieceSize, left < Int.max ? left + 1 : left)
    window.makeRoom(size)
    let produced = body(UnsafeMutableRawBufferPointer(rebasing: window.free[..<size]))
    isOverLimit = produced > left
    window.append(min(produced, left))
    left -= min(produced, left)
    return produced
  }
}

private func lowercase(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }
