import Testing

@testable import CounterRandom

@Suite struct CounterRandomTests {
  @Test("the same seed, purpose and index give the same bits; another of any gives others")
  func keyed() {
    let random = CounterRandom(seed: 7, purpose: "weights")
    #expect(random.bits(3) == CounterRandom(seed: 7, purpose: "weights").bits(3))
    #expect(random.bits(3) != random.bits(4))
    #expect(random.bits(3) != CounterRandom(seed: 8, purpose: "weights").bits(3))
    #expect(random.bits(3) != CounterRandom(seed: 7, purpose: "order").bits(3))
    #expect(random.bits(3) != random.substream(0).bits(3))
  }

  @Test("each of 64 bits is set in half of 100,000 numbers, within 4 standard deviations")
  func balancedBits() {
    let random = CounterRandom(seed: 1, purpose: "test")
    var ones = [Int](repeating: 0, count: 64)
    for index in 0..<100_000 as Range<UInt64> {
      let bits = random.bits(index)
      for bit in 0..<64 where bits >> UInt64(bit) & 1 == 1 { ones[bit] += 1 }
    }
    for count in ones { #expect(abs(count - 50_000) < 633) }
  }

  @Test("uniform numbers have the moments of the uniform distribution")
  func uniformMoments() {
    let random = CounterRandom(seed: 2, purpose: "test")
    let values = (0..<200_000 as Range<UInt64>).map { random.uniform($0) }
    let mean = values.reduce(0, +) / 200_000
    let square = values.reduce(0) { $0 + $1 * $1 } / 200_000
    #expect(values.allSatisfy { 0 <= $0 && $0 < 1 })
    #expect(abs(mean - 0.5) < 0.003)
    #expect(abs(square - 1.0 / 3) < 0.003)
  }

  @Test("below(7) hits each of 7 values alike: chi-squared under its 99.9% bound")
  func belowIsUniform() {
    let random = CounterRandom(seed: 3, purpose: "test")
    var counts = [Double](repeating: 0, count: 7)
    for index in 0..<70_000 as Range<UInt64> { counts[Int(random.below(7, index))] += 1 }
    let chiSquared = counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 }
    #expect(chiSquared < 22.46)
  }
}

@Suite struct KeyedPermutationTests {
  @Test(
    "each index goes to another place of the range",
    arguments: [1, 2, 3, 7, 64, 65, 1000, 4099] as [UInt64])
  func isPermutation(count: UInt64) {
    let permutation = KeyedPermutation(
      count: count, random: CounterRandom(seed: 5, purpose: "order"))
    let places = (0..<count).map { permutation[$0] }
    #expect(places.sorted() == Array(0..<count))
  }

  @Test("another key gives another order")
  func keysDiffer() {
    let a = KeyedPermutation(count: 1000, random: CounterRandom(seed: 1, purpose: "order"))
    let b = KeyedPermutation(count: 1000, random: CounterRandom(seed: 2, purpose: "order"))
    let same = (0..<1000 as Range<UInt64>).filter { a[$0] == b[$0] }.count
    #expect(same < 10)
  }

  @Test("first places are spread: chi-squared of index 0's place over 6,000 keys")
  func firstPlaceIsUniform() {
    var counts = [Double](repeating: 0, count: 6)
    for seed in 0..<6000 as Range<UInt64> {
      let permutation = KeyedPermutation(
        count: 6, random: CounterRandom(seed: seed, purpose: "order"))
      counts[Int(permutation[0])] += 1
    }
    let chiSquared = counts.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 }
    #expect(chiSquared < 20.52)
  }
}
