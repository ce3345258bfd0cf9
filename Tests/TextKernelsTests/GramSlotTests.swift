import Testing
import TextKernels

@Suite struct GramSlotTests {
  @Test("the slots of n-grams are the same on every kernel level")
  func levels() {
    var random = SystemRandomNumberGenerator()
    for count in [0, 1, 7, 8, 9, 63, 200] {
      let numbers = (0..<count + 16).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
      let scales = (0..<count + 16).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
      let shift: Int32 = 64 - 12
      let byBytes = (0..<count).map { ((numbers[$0 + 5] &- numbers[$0]) &* scales[$0]) >> 52 }
      let byWords = (0..<count).map { numbers[$0] &* 77 &+ scales[$0 + 3] }
      for level: Int32 in -1...2 {
        var slots = [UInt32](repeating: 0, count: count)
        numbers.withUnsafeBufferPointer { numbers in
          guard let first = numbers.baseAddress else { return }
          byte_gram_slots(first + 5, first, scales, &slots, count, shift, level)
        }
        #expect(slots.map(UInt64.init) == byBytes)
        var hashes = numbers
        scales.withUnsafeBufferPointer { scales in
          guard let first = scales.baseAddress else { return }
          word_gram_slots(&hashes, first + 3, &slots, count, 77, shift, level)
        }
        #expect(Array(hashes.prefix(count)) == byWords)
        #expect(Array(hashes.dropFirst(count)) == Array(numbers.dropFirst(count)))
        #expect(slots.map(UInt64.init) == byWords.map { $0 >> 52 })
      }
    }
  }

  @Test("the highest byte is found on every kernel level")
  func highest() {
    for count in [0, 1, 15, 64, 65, 1000] {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...200) }
      for level: Int32 in -1...2 { #expect(highest_byte(bytes, count, level) == bytes.max() ?? 0) }
    }
  }
}
