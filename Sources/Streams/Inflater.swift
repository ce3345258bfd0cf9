import CZlib

/// zlib's decompressor, a piece at a time.
final class Inflater {
  /// What frames the compressed bytes.
  enum Wrapper: Int32 {
    case none = -15
    case zlib = 15
    case gzip = 31
  }

  enum Outcome: Equatable {
    /// More input or more room is needed.
    case goesOn
    case ended
    case damaged(String)
  }

  private let stream: UnsafeMutablePointer<z_stream>

  init(_ wrapper: Wrapper) throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, wrapper.rawValue, ZLIB_VERSION, size) == Z_OK else {
      throw Fault(.failure, "out of memory")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func reset() { inflateReset(stream) }

  /// Decompresses from `input` into `output`, and says how much of each was used.
  func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (consumed: Int, produced: Int, outcome: Outcome) {
    let limit = Int(UInt32.max)
    let (given, room) = (min(input.count, limit), min(output.count, limit))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(given)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    let result = CZlib.inflate(stream, Z_NO_FLUSH)
    let consumed = given - Int(stream.pointee.avail_in)
    let produced = room - Int(stream.pointee.avail_out)
    switch result {
    case Z_OK, Z_BUF_ERROR: return (consumed, produced, .goesOn)
    case Z_STREAM_END: return (consumed, produced, .ended)
    default:
      let message = stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)"
      return (consumed, produced, .damaged(message))
    }
  }
}
