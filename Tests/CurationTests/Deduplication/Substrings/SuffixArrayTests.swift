import CDivSufSort
import CounterRandom
import TestFolders
import Testing

@testable import Curation

/// The suffix array of a peer library, which is how the paper finds repeated substrings, gives the
/// same ranges.
@Suite struct SuffixArrayTests {
  @Test("libdivsufsort's suffix array covers the same bytes")
  func sameRanges() throws {
    let random = CounterRandom(seed: 11, purpose: "suffix array")
    var texts: [[UInt8]] = []
    for text in 0..<80 {
      var bytes = (0..<400).map { UInt8(97 + random.below(26, UInt64(text * 1000 + $0))) }
      if text > 0 {
        let from = texts[Int(random.below(UInt64(text), 1_000_000 + UInt64(text)))]
        let start = Int(random.below(200, 2_000_000 + UInt64(text)))
        bytes.insert(contentsOf: from[start..<start + 20 + text], at: start / 2)
      }
      texts.append(bytes)
    }
    let minimum = 40
    let settings = try SubstringSettings(minimum: minimum, removal: .all)
    let found = try SubstringTrial(settings: settings).spans([texts], in: TemporaryFolder())
    #expect(
      found[0].map { [$0.ordinal, $0.bytes.lowerBound, $0.bytes.upperBound] }
        == ranges(texts, minimum))
    #expect(found[0].count > 80)
  }

  /// Neighbours in the suffix array that share so many bytes before a document ends.
  private func ranges(_ texts: [[UInt8]], _ minimum: Int) -> [[Int]] {
    let row = Array(texts.joined())
    var ends: [Int] = []
    for text in texts { ends += [Int](repeating: (ends.last ?? 0) + text.count, count: 1) }
    let endOf = zip(texts, ends).flatMap { [Int](repeating: $1, count: $0.count) }
    var array = [Int32](repeating: 0, count: row.count)
    #expect(divsufsort(row, &array, Int32(row.count)) == 0)
    // Windows that end with their document come in one order with the others: a sort by the first
    // bytes is all that is needed.
    let windows = array.map { Int($0) }.filter { $0 + minimum <= endOf[$0] }
    var covered = [Bool](repeating: false, count: row.count)
    for (a, b) in zip(windows, windows.dropFirst())
    where row[a..<a + minimum].elementsEqual(row[b..<b + minimum]) {
      for start in [a, b] { for index in start..<start + minimum { covered[index] = true } }
    }
    var found: [[Int]] = []
    for (text, end) in ends.enumerated() {
      let first = end - texts[text].count
      for index in first..<end where covered[index] {
        if let last = found.last, last[0] == text, last[2] == index - first {
          found[found.count - 1][2] += 1
        } else {
          found.append([text, index - first, index - first + 1])
        }
      }
    }
    return found
  }
}
