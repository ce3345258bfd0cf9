import CZlib
import Streams

/// Bytes in memory, handed out in pieces of at most `step`.
final class Pieces: ByteSource {
  private let bytes: [UInt8]
  private let step: Int
  private var place = 0

  init(_ bytes: [UInt8], step: Int = .max) {
    self.bytes = bytes
    self.step = step
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, step, bytes.count - place)
    buffer.copyBytes(from: bytes[place..<place + count])
    place += count
    return count
  }
}

/// The same numbers for the same seed.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2_685_821_657_736_338_717 &+ 1 }

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % max(limit, 1)
  }

  mutating func bytes(_ count: Int, values: Int = 256) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: below(values)) }
  }
}

enum Packing: Int32 {
  case raw = -15
  case zlib = 15
  case gzip = 31
}

func packed(_ bytes: [UInt8], _ packing: Packing = .gzip, level: Int32 = 6) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, level, Z_DEFLATED, packing.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  let room = Int(deflateBound(&stream, UInt(bytes.count))) + 64
  return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      deflate(&stream, Z_FINISH)
    }
    count = buffer.count - Int(stream.avail_out)
  }
}
