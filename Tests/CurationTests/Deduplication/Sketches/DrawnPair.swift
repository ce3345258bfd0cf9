import CounterRandom
import Curation

/// Two texts whose sets of single words or characters have a known similarity.
struct DrawnPair {
  enum Unit: CaseIterable { case word, character }

  var a: [UInt8] = []
  var b: [UInt8] = []

  /// - Parameters:
  ///   - common: elements of both, among `union` of either.
  ///   - number: another draw.
  init(common: Int, union: Int, _ unit: Unit, number: Int) {
    let random = CounterRandom(seed: 20_170, purpose: "pairs of sets")
    let first = Int(random.below(UInt64(Self.elementCount), UInt64(number)))
    let onlyA = common + (union - common) / 2
    for index in 0..<union {
      let element = (first + index) % Self.elementCount
      if index < onlyA { Self.append(element, unit, to: &a) }
      if index < common || index >= onlyA { Self.append(element, unit, to: &b) }
    }
  }

  /// As many as there are ideographs from U+20000 on.
  private static let elementCount = 42_000

  private static func append(_ element: Int, _ unit: Unit, to text: inout [UInt8]) {
    switch unit {
    case .character:
      let code = 0x20000 + element
      text.append(0xF0 | UInt8(code >> 18))
      text.append(0x80 | UInt8(code >> 12 & 0x3F))
      text.append(0x80 | UInt8(code >> 6 & 0x3F))
      text.append(0x80 | UInt8(code & 0x3F))
    case .word:
      text.append(0x61 + UInt8(element & 15))
      text.append(0x61 + UInt8(element >> 4 & 15))
      text.append(0x61 + UInt8(element >> 8 & 15))
      text.append(0x61 + UInt8(element >> 12))
      text.append(0x20)
    }
  }

  /// The share of equal slots.
  func estimate(_ fingerprinter: Fingerprinter) -> Double {
    let (x, y) = (
      a.withUnsafeBytes { fingerprinter.sketch($0) }, b.withUnsafeBytes { fingerprinter.sketch($0) }
    )
    guard !x.isEmpty, !y.isEmpty else { return 0 }
    return Double(zip(x, y).count { $0 == $1 }) / Double(x.count)
  }
}
