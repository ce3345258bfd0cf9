import Corpora
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct IndexForgettingTests {
  typealias Member = IndexedCorpus.Member

  /// The clusters of an index as sets of ids.
  private func clusters(_ index: DeduplicationIndex) throws -> Set<Set<String>> {
    let ids = index.identifiers()
    func id(_ number: UInt64) throws -> String {
      let part = index.parts.firstIndex { $0.range.contains(Int(number)) } ?? 0
      return try ids.id(part: part, place: Int(number) - index.parts[part].range.lowerBound)
    }
    var clusters = UnionFind(count: index.documentCount)
    var members: Set<UInt64> = []
    for path in index.evidence.equalGroups + index.evidence.unverifiedGroups {
      try GroupFile.forEach(path, below: index.documentCount) { group in
        for member in group.dropFirst() { clusters.join(UInt32(group[0]), UInt32(member)) }
        members.formUnion(group)
      }
    }
    for path in index.evidence.links {
      try LinkFile.forEach(path, below: index.documentCount) { link in
        clusters.join(UInt32(link.a), UInt32(link.b))
        members.formUnion([link.a, link.b])
      }
    }
    var sets: [UInt32: Set<String>] = [:]
    for member in members {
      sets[clusters.root(UInt32(member)), default: []].insert(try id(member))
    }
    return Set(sets.values)
  }

  @Test(
    "after documents were forgotten the clusters are those of an index that never had them",
    arguments: 1...2, [true, false])
  func clusters(seed: UInt64, verifies: Bool) throws {
    let members = textsWithChains(seed)
    let folder = try TemporaryFolder()
    var corpus = try IndexedCorpus()
    corpus.verifies = verifies
    let path = folder.path + "/index"
    for (number, range) in [0..<30, 30..<50, 50..<members.count].enumerated() {
      _ = try corpus.deduplicate(Array(members[range]), index: path, update: "\(number)", .retract)
    }
    var left = members
    // Twice, so that what was written anew is written anew again.
    for step in [3, 4] {
      let gone = left.indices.filter { $0 % step == 0 }.map { left[$0].id }
      let outcome = try IndexForgetting(try DeduplicationIndex(path)).perform(gone)
      #expect(outcome.forgotten == gone.count && outcome.unknown.isEmpty)
      left.removeAll { gone.contains($0.id) }
      let fresh = folder.path + "/fresh-\(step)"
      _ = try corpus.deduplicate(left, index: fresh, update: "all")
      #expect(try clusters(outcome.index) == clusters(try DeduplicationIndex(fresh)))
      for file in 0..<outcome.index.checkedCount { try outcome.index.check(file) }
    }
    // And the index can be added to as one that never had them.
    let more = textsWithChains(seed).map { Member(id: "m" + $0.id, text: $0.text) }
    let kept = try corpus.deduplicate(more, index: path, update: "more").kept
    #expect(!kept.isEmpty)
    let again = try corpus.deduplicate(more, index: path, update: "again").kept
    #expect(again.isEmpty)
  }

  @Test("no byte of a forgotten document's id, hashes, bands, or set is left in the folder")
  func bytes() throws {
    var members = textsWithChains(2, chains: 12).enumerated().map {
      Member(id: "https://example.org/page-\($0)-of-many", text: $1.text)
    }
    let place = 7
    members[place].text = (0..<100).map { "only-here-\($0)" }.joined(separator: " ")
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let path = folder.path + "/index"
    _ = try corpus.deduplicate(Array(members[..<20]), index: path, update: "a")
    _ = try corpus.deduplicate(Array(members[20...]), index: path, update: "b")
    let fingerprinter = Fingerprinter()
    let text = ByteColumn([members[place].text])
    var needles = [Array(members[place].id.utf8)]
    for value in fingerprinter.textHashes(text) + fingerprinter.bands(text) {
      needles.append(withUnsafeBytes(of: value.littleEndian) { Array($0) })
    }
    let set = text.withBytes(0) { ShingleSetMaker(plan: .fineWeb).set(of: $0).hashes }
    for value in set { needles.append(withUnsafeBytes(of: value.littleEndian) { Array($0) }) }
    func hits() throws -> Int {
      let files = try contents(path).values
      return needles.count { needle in files.contains { Self.contains($0, needle) } }
    }
    #expect(try hits() == needles.count)
    _ = try IndexForgetting(try DeduplicationIndex(path)).perform([members[place].id])
    #expect(try hits() == 0)
  }

  private static func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    guard bytes.count >= needle.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      (0...bytes.count - needle.count).contains { start in
        bytes[start] == needle[0]
          && needle.indices.dropFirst().allSatisfy { bytes[start + $0] == needle[$0] }
      }
    }
  }

  @Test("documents that went for a forgotten one are named, and may come in again")
  func restorable() throws {
    let words = (0..<100).map { "w\($0)" }
    let text = words.joined(separator: " ")
    let members = [
      Member(id: "survivor", text: text), Member(id: "alone", text: "quite another text"),
      Member(id: "equal", text: text), Member(id: "similar", text: text + " end"),
    ]
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let path = folder.path + "/index"
    #expect(
      try corpus.deduplicate(members, index: path, update: "a").kept == ["survivor", "alone"])
    let outcome = try IndexForgetting(try DeduplicationIndex(path)).perform(
      ["survivor", "nobody", "survivor", "nobody"])
    #expect(outcome.forgotten == 1 && outcome.unknown == ["nobody"])
    #expect(
      outcome.restorable == [
        .init(part: 0, place: 2, cluster: 0), .init(part: 0, place: 3, cluster: 0),
      ])
    // The rest of the cluster is gone, so one of it can come in again, and one only.
    let again = try corpus.deduplicate(Array(members[2...]), index: path, update: "b")
    #expect(again.kept == ["equal"])
    let unknown = try IndexForgetting(try #require(again.index)).perform(["survivor"])
    #expect(unknown.forgotten == 0 && unknown.unknown == ["survivor"])
  }

  @Test("an index can forget everything and be filled again")
  func everything() throws {
    let members = textsWithChains(6)
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let path = folder.path + "/index"
    let first = try corpus.deduplicate(members, index: path, update: "a")
    let outcome = try IndexForgetting(try DeduplicationIndex(path)).perform(members.map(\.id))
    #expect(outcome.forgotten == members.count && outcome.restorable.isEmpty)
    #expect(try clusters(outcome.index).isEmpty)
    #expect(try corpus.deduplicate(members, index: path, update: "b").kept == first.kept)
  }

  @Test("an index is as it was before, or as after, where forgetting fails in between")
  func failures() throws {
    struct Stop: Error {}
    let members = textsWithChains(7, chains: 6)
    let gone = members.indices.filter { $0 % 4 == 0 }.map { members[$0].id }
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let straight = folder.path + "/straight"
    _ = try corpus.deduplicate(members, index: straight, update: "a")
    let before = try contents(straight)
    var steps: [String] = []
    _ = try IndexForgetting(try DeduplicationIndex(straight)).perform(
      gone, step: { steps.append($0) })
    let after = try contents(straight)
    for failing in steps.indices {
      let path = folder.path + "/index-\(failing)"
      _ = try corpus.deduplicate(members, index: path, update: "a")
      var count = 0
      #expect(throws: Stop.self) {
        _ = try IndexForgetting(try DeduplicationIndex(path)).perform(
          gone,
          step: { _ in
            if count == failing { throw Stop() }
            count += 1
          })
      }
      if steps[failing] != "old files" {
        #expect(try contents(path).filter { before[$0.key] != nil } == before)
      }
      _ = try IndexForgetting(try DeduplicationIndex(path)).perform(gone)
      try IndexFolder(path: path).removeLeftOvers(try DeduplicationIndex(path).manifest)
      #expect(try contents(path) == after)
    }
  }
}
