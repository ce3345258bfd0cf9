import Glibc
import TextKernels
import Testing

private func mix(_ value: UInt64) -> UInt64 {
  var x = value
  x ^= x >> 33
  x = x &* 0xff51_afd7_ed55_8ccd
  x ^= x >> 33
  x = x &* 0xc4ce_b9fe_1a85_ec53
  return x ^ x >> 33
}

/// The definition, without shortcuts: every round for every distinct shingle.
private func plainSketch(_ shingles: [UInt64], slots count: Int) -> [UInt32] {
  var slots = [(round: Int, value: UInt32)?](repeating: nil, count: count)
  let distinct = Set(shingles)
  for round in 0..<2 * count where !shingles.isEmpty && slots.contains(where: { $0 == nil }) {
    for shingle in distinct {
      let hash = mix(shingle &+ UInt64(round) &* 0x9e37_79b9_7f4a_7c15)
      let value = UInt32(truncatingIfNeeded: hash)
      let slot = round < count ? Int(((hash >> 32) &* UInt64(count)) >> 32) : round - count
      if let old = slots[slot], (old.round, old.value) <= (round, value) { continue }
      slots[slot] = (round, value)
    }
  }
  return slots.map { $0?.value ?? .max }
}

private func sketch(_ shingles: [UInt64], slots count: Int = 112) -> [UInt32] {
  var shingles = shingles
  var slots = [UInt32](repeating: 0, count: count)
  text_minhash(&shingles, shingles.count, &slots, count)
  return slots
}

/// Two random sets of `union` elements together, of which `common` are in both.
private func pair(common: Int, union: Int, _ generator: inout SystemRandomNumberGenerator)
  -> ([UInt64], [UInt64])
{
  let all = (0..<union).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
  let half = common + (union - common) / 2
  return (Array(all[..<half]), Array(all[..<common] + all[half...]))
}

@Suite struct MinHashKernelsTests {
  @Test("the sketch is that of the definition, with repeats and without", arguments: [1, 7, 112])
  func sketchMatchesDefinition(slots: Int) {
    var generator = SystemRandomNumberGenerator()
    for count in [0, 1, 2, 3, 20, 600, 2000] {
      for distinct in [1, 5, count] where distinct <= count {
        let values = (0..<distinct).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
        let shingles = (0..<count).map { values[$0 % distinct] }
        #expect(sketch(shingles, slots: slots) == plainSketch(shingles, slots: slots))
      }
    }
  }

  @Test(
    "slots agree with probability Jaccard, and spread no wider than independent permutations",
    arguments: [(8, 10), (24, 30), (50, 100), (90, 100), (800, 1000), (500, 1000)])
  func sketchIsUnbiased(common: Int, union: Int) {
    var generator = SystemRandomNumberGenerator()
    let similarity = Double(common) / Double(union)
    let slots = 112
    let trials = 600
    var sum = 0.0
    var squares = 0.0
    for _ in 0..<trials {
      let (a, b) = pair(common: common, union: union, &generator)
      let equal = zip(sketch(a, slots: slots), sketch(b, slots: slots)).count { $0 == $1 }
      let estimate = Double(equal) / Double(slots)
      sum += estimate
      squares += (estimate - similarity) * (estimate - similarity)
    }
    let variance = similarity * (1 - similarity) / Double(slots)
    // Five standard errors of the mean; a variance of 600 trials is good to 6%.
    #expect(abs(sum / Double(trials) - similarity) < 5 * sqrt(variance / Double(trials)))
    #expect(squares / Double(trials) < 1.25 * variance)
  }

  @Test("bands follow the S-curve, for short texts too", arguments: [20, 60, 300])
  func bandsFollowTheCurve(union: Int) {
    var generator = SystemRandomNumberGenerator()
    let trials = 400
    for similarity in [0.6, 0.7, 0.8, 0.9] {
      let common = Int((similarity * Double(union)).rounded())
      let found = (0..<trials).count { _ in
        let (a, b) = pair(common: common, union: union, &generator)
        return zip(bands(a), bands(b)).contains { $0 == $1 }
      }
      let truth = Double(common) / Double(union)
      let expected = 1 - pow(1 - pow(truth, 8), 14)
      #expect(abs(Double(found) / Double(trials) - expected) < 0.1, "\(union) \(similarity)")
    }
  }

  private func bands(_ shingles: [UInt64]) -> [UInt64] {
    let slots = sketch(shingles)
    var bands = [UInt64](repeating: 0, count: 14)
    text_minhash_bands(slots, 14, 8, &bands)
    return bands
  }

  @Test("a long text of one word is sketched in a bounded number of rounds")
  func repetitiveText() {
    let one = [UInt64](repeating: 42, count: 1_000_000)
    #expect(sketch(one) == sketch([42]))
    let few = (0..<200_000).map { mix(UInt64($0 % 90)) }
    #expect(sketch(few) == sketch(Array(few[..<90])))
  }
}
