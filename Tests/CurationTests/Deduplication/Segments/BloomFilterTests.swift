import Runs
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct BloomFilterTests {
  private static func keys(_ range: Range<Int>) -> [UInt64] {
    let random = DrawnNumbers(seed: 7)
    return range.flatMap {
      [random.bits(UInt64($0) * 2), random.bits(UInt64($0) * 2 + 1)]
    }
  }

  @Test("the size is that of the formula")
  func size() throws {
    let filter = try BloomFilter(
      expected: 1_000_000, falsePositives: 0.01, rule: SegmentRule(part: .line))
    // n ln(1/p) / (ln 2)^2 = 9585058.4; m/n ln 2 = 6.6.
    #expect(filter.bitCount == 9_585_088)
    #expect(filter.hashes == 7)
  }

  @Test("nothing is forgotten, and as many are taken for known as was asked")
  func rate() throws {
    var filter = try BloomFilter(
      expected: 20_000, falsePositives: 0.02, rule: SegmentRule(part: .line))
    _ = filter.insert(Self.keys(0..<20_000))
    var again = filter
    #expect(again.insert(Self.keys(0..<20_000)).allSatisfy { $0 == 1 })
    #expect(abs(filter.currentFalsePositives - 0.02) < 0.002)
    // Each alone, so that those looked up do not fill the filter.
    let wrong = (20_000..<22_000).count {
      var copy = filter
      return copy.insert(Self.keys($0..<$0 + 1)) == [1]
    }
    #expect((20...65).contains(wrong))
  }

  @Test("a key that comes twice in one call is seen the second time")
  func twice() throws {
    var filter = try BloomFilter(
      expected: 10, falsePositives: 1e-6, rule: SegmentRule(part: .line))
    let keys = Self.keys(0..<2)
    #expect(filter.insert(keys + keys[..<2]) == [0, 0, 1])
    #expect(filter.count == 2)
  }

  @Test("a file is read as it was written; other versions, cut and damaged files are faults")
  func file() throws {
    let folder = try TemporaryFolder()
    let rule = try SegmentRule(part: .line)
    var filter = try BloomFilter(expected: 500, falsePositives: 0.01, rule: rule)
    _ = filter.insert(Self.keys(0..<400))
    let path = folder.path + "/seen.bloom"
    try filter.write(to: path)
    #expect(try BloomFilter(reading: path, rule: rule) == filter)
    let bytes = try InputFile.bytes(path)
    func message(_ bytes: [UInt8], _ rule: SegmentRule) throws -> String {
      let path = try folder.file("other.bloom", bytes)
      return #expect(throws: Fault.self) { try BloomFilter(reading: path, rule: rule) }?.message
        ?? ""
    }
    #expect(try message(Array("{}".utf8), rule).contains("not a Bloom filter"))
    #expect(try message(Array(bytes[..<40]), rule).contains("cut short"))
    #expect(try message(Array(bytes.dropLast()), rule).contains("cut short"))
    #expect(try message(bytes + [0], rule).contains("behind its end"))
    var other = bytes
    other[8] = 2
    #expect(try message(other, rule).contains("another version"))
    for place in [13, 20, 64, 100, bytes.count - 3] {
      other = bytes
      other[place] ^= 4
      #expect(try message(other, rule).contains("damaged"))
    }
    #expect(try message(bytes, SegmentRule(part: .paragraph)).contains("other parts"))
  }

  @Test("with few false positives a pass finds what exact hashes find, without places")
  func search() throws {
    let texts = SmallTexts(SegmentDeduplicationTests.drawn(seed: 5, tasks: 3, documents: 40))
    for part in SegmentRule.Part.allCases {
      let rule = try SegmentRule(part: part, leastWords: 2)
      let folder = try TemporaryFolder()
      let result = try texts.search(rule, in: folder.path, threads: 2)
        .runBloom(.init(expected: 10_000, falsePositives: 1e-9))
      var exact = try texts.spans(rule)
      for task in exact.indices {
        for index in exact[task].indices { exact[task][index].kept = nil }
      }
      #expect(try SmallTexts.spans(in: folder.path, tasks: 3) == exact)
      #expect(result.report.spans == exact.joined().count)
      #expect(result.report.parts == result.report.distinct + result.report.copies)
    }
  }

  @Test("what a filter cannot do is a fault")
  func impossible() throws {
    let texts = SmallTexts([["a"]])
    let folder = try TemporaryFolder()
    let search = try texts.search(SegmentRule(part: .line, copies: 2), in: folder.path)
    #expect(throws: Fault.self) {
      try search.runBloom(.init(expected: 10, falsePositives: 0.1))
    }
    let small = try texts.search(SegmentRule(part: .line), in: folder.path, memory: 1 << 20)
    let fault = #expect(throws: Fault.self) {
      try small.runBloom(.init(expected: 1 << 40, falsePositives: 0.1))
    }
    #expect(fault?.message.contains("does not fit") == true)
  }
}
