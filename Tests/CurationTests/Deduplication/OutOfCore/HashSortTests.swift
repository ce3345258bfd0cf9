import Testing

@testable import Curation

@Suite struct HashSortTests {
  @Test("the order is that of a stable sort, also of hashes that share their first half")
  func order() {
    var draw = NumberDraw(seed: 1)
    for count in [0, 1, 2, 3, 100, 5000] {
      let hashes = (0..<count).map { _ -> UInt64 in
        switch draw.below(4) {
        case 0: draw.next()
        case 1: UInt64(draw.below(50))
        case 2: 0xabcd_0123 << 32 | UInt64(draw.below(20))
        default: UInt64(draw.below(3)) << 56
        }
      }
      let sorted = HashSort(hashes: hashes, payloads: Array(0..<UInt64(count)))
      let expected = hashes.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
      #expect(sorted.payloads == expected.map { UInt64($0) })
      #expect(sorted.hashes == expected.map { hashes[$0] })
    }
  }

  @Test("groups are the hashes that two or more have")
  func groups() {
    let sorted = HashSort(
      hashes: [7, 3, 7, 9, 3, 3, 1], payloads: Array(0..<UInt32(7)))
    var groups: [[UInt32]] = []
    sorted.forEachGroup { _, places in groups.append(Array(sorted.payloads[places])) }
    #expect(groups == [[1, 4, 5], [0, 2]])
  }
}

@Suite struct NumberSetTests {
  @Test("members, ranks and ranges are those of a set")
  func ranks() {
    var draw = NumberDraw(seed: 2)
    for count in [1, 63, 64, 65, 511, 512, 513, 3000] {
      let members = Set((0..<count / 3).map { _ in draw.below(count) })
      var set = NumberSet(count: count)
      for member in members { set.insert(member) }
      set.countMembers()
      #expect(set.memberCount == members.count)
      let ordered = members.sorted()
      for (rank, member) in ordered.enumerated() { #expect(set.rank(member) == rank) }
      for number in 0..<count { #expect(set.contains(number) == members.contains(number)) }
      let (low, high) = (draw.below(count), draw.below(count))
      let range = min(low, high)..<max(low, high)
      var found: [Int] = []
      set.forEach(in: range) { found.append($0) }
      #expect(found == ordered.filter(range.contains))
    }
  }
}
