import Testing
import TextKernels

@Suite struct UTF8Tests {
  /// The slow twin: the longest prefix that Swift's decoder reads without a repair.
  private func prefix(_ bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var length = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      length += UTF8.width(scalar)
    }
    return length
  }

  @Test("the valid prefix is the one that a decoder reads, at any offset")
  func validPrefix() {
    var state: UInt64 = 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces: [[UInt8]] = [
      [0x61], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0x9F, 0xBF],
      [0xEE, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], Array(repeating: 0x20, count: 40),
    ]
    for _ in 0..<3000 {
      var bytes = (0..<random(12)).flatMap { _ in pieces[random(pieces.count)] }
      if random(2) == 0, !bytes.isEmpty { bytes[random(bytes.count)] = UInt8(random(256)) }
      if random(3) == 0, !bytes.isEmpty { bytes.removeLast() }
      #expect(utf8_valid_prefix(bytes, bytes.count) == prefix(bytes), "\(bytes)")
    }
  }

  @Test("every two-byte and three-byte start is judged as the decoder judges it")
  func allStarts() {
    for first in 0x80...0xFF {
      for second in stride(from: 0, to: 256, by: 5) {
        for third in [0x00, 0x7F, 0x80, 0xBF, 0xC0] {
          let bytes = [first, second, third, 0x80].map { UInt8($0) }
          #expect(utf8_valid_prefix(bytes, 4) == prefix(bytes), "\(bytes)")
        }
      }
    }
  }
}
