import Corpora
import Foundation
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct IndexUpdateTests {
  typealias Member = IndexedCorpus.Member

  /// Survivors of all documents at once, by the plain deduplication in memory.
  private func plainSurvivors(_ members: [Member], threshold: Double = 0.8) throws -> [String] {
    let corpus = SmallCorpus(texts: members.map(\.text), taskSizes: [members.count])
    let removed = Set(
      try corpus.clusters(threshold: threshold).removals.map { corpus.number($0.removed) })
    return members.indices.filter { !removed.contains($0) }.map { members[$0].id }
  }

  /// Adds the documents in pieces and tells who survives in the end.
  private func survivors(
    _ members: [Member], cuts: [Int], _ published: Published, _ corpus: IndexedCorpus
  ) throws -> [String] {
    let folder = try TemporaryFolder()
    var survivors: [String] = []
    var first = 0
    for (number, cut) in (cuts + [members.count]).enumerated() {
      let outcome = try corpus.deduplicate(
        Array(members[first..<cut]), index: folder.path + "/index", update: "\(number)", published)
      let retracted = Set(outcome.retracted)
      survivors = survivors.filter { !retracted.contains($0) } + outcome.kept
      first = cut
      let index = try DeduplicationIndex(folder.path + "/index")
      let states = try index.parts.indices.flatMap { try index.states(part: $0) }
      let ids = members[..<cut].map(\.id)
      #expect(zip(ids, states).filter { $0.1 == .survivor }.map(\.0) == survivors)
    }
    return survivors
  }

  @Test(
    "documents that come in two or three pieces leave the survivors of all at once",
    arguments: 1...3)
  func pieces(seed: UInt64) throws {
    let members = textsWithChains(seed)
    let expected = try plainSurvivors(members)
    #expect(expected.count < members.count * 3 / 4)
    let corpus = try IndexedCorpus()
    let count = members.count
    for cuts in [[count / 2], [1, count / 3, count - 1]] {
      #expect(try survivors(members, cuts: cuts, .retract, corpus) == expected)
      // Who was published stays, so nobody of all at once is missing.
      let kept = Set(try survivors(members, cuts: cuts, .keep, corpus))
      #expect(kept.isSuperset(of: expected))
    }
  }

  @Test("neither the size of parts nor what is measured changes who survives")
  func settings() throws {
    let members = textsWithChains(11)
    let expected = try plainSurvivors(members)
    var corpus = try IndexedCorpus()
    for size in [5, 1000] {
      corpus.partSize = size
      #expect(try survivors(members, cuts: [members.count / 3], .retract, corpus) == expected)
    }
    corpus.partSize = 11
    corpus.verifies = false
    let unverified = try survivors(members, cuts: [], .retract, corpus)
    #expect(try survivors(members, cuts: [20, 50], .retract, corpus) == unverified)
    #expect(unverified.count <= expected.count)
    corpus.plan = nil
    let equal = try survivors(members, cuts: [], .retract, corpus)
    #expect(try survivors(members, cuts: [20, 50], .retract, corpus) == equal)
    #expect(equal.count > expected.count)
  }

  @Test(
    "with published documents kept, all stay, and nothing new is kept that resembles an old one",
    arguments: 1...2)
  func kept(seed: UInt64) throws {
    let members = textsWithChains(seed)
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let (old, new) = (Array(members[..<40]), Array(members[40...]))
    let path = folder.path + "/index"
    _ = try corpus.deduplicate(old, index: path, update: "a")
    let outcome = try corpus.deduplicate(new, index: path, update: "b")
    #expect(outcome.retracted.isEmpty)
    let index = try #require(outcome.index)
    let states = try index.parts.indices.flatMap { try index.states(part: $0) }
    #expect(states.contains(.survivor) && states.contains(.removed))
    let fingerprinter = Fingerprinter()
    func bands(_ member: Member) -> [UInt64] { fingerprinter.bands(ByteColumn([member.text])) }
    let kept = Set(outcome.kept)
    let oldSets = old.map { ($0, SmallCorpus.shingles($0.text), bands($0)) }
    for member in new where kept.contains(member.id) {
      let (shingles, own) = (SmallCorpus.shingles(member.text), bands(member))
      for (other, others, row) in oldSets
      where zip(own, row).contains(where: { $0 == $1 && $0 != 0 }) {
        #expect(SmallCorpus.similarity(shingles, others) < 0.8, "\(member.id) and \(other.id)")
      }
    }
  }

  @Test("a new document that joins two old clusters goes, or makes the later survivor go")
  func join() throws {
    var words = (0..<200).map { "w\($0)" }
    let first = words.joined(separator: " ")
    for place in 0..<3 { words[place * 60] = "x\(place)" }
    let middle = words.joined(separator: " ")
    for place in 0..<3 { words[place * 60 + 30] = "y\(place)" }
    let last = words.joined(separator: " ")
    #expect(
      SmallCorpus.similarity(SmallCorpus.shingles(first), SmallCorpus.shingles(last)) < 0.8)
    let old = [Member(id: "a", text: first), Member(id: "b", text: last)]
    let new = [Member(id: "c", text: middle), Member(id: "d", text: "something else")]
    for (published, retracted) in [(Published.keep, []), (.retract, ["b"])] {
      let folder = try TemporaryFolder()
      let corpus = try IndexedCorpus()
      let path = folder.path + "/index"
      #expect(try corpus.deduplicate(old, index: path, update: "1").kept == ["a", "b"])
      let outcome = try corpus.deduplicate(new, index: path, update: "2", published)
      #expect(outcome.kept == ["d"])
      #expect(outcome.retracted == retracted)
      // Once more: who is gone stays gone, and is retracted once.
      let again = try corpus.deduplicate(
        [Member(id: "e", text: last)], index: path, update: "3", published)
      #expect(again.kept.isEmpty && again.retracted.isEmpty)
    }
  }

  @Test("a comparison without an update finds the same and changes nothing")
  func comparison() throws {
    let members = textsWithChains(3)
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let path = folder.path + "/index"
    _ = try corpus.deduplicate(Array(members[..<50]), index: path, update: "a")
    let before = try contents(path)
    let compared = try corpus.deduplicate(Array(members[50...]), index: path, update: nil)
    #expect(try contents(path) == before)
    let updated = try corpus.deduplicate(Array(members[50...]), index: path, update: "b")
    #expect(updated.kept == compared.kept && updated.removed == compared.removed)
    #expect(try contents(path) != before)
  }

  @Test("documents of the same ids, and the same documents again, are no problem")
  func sameIds() throws {
    let members = textsWithChains(4)
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let path = folder.path + "/index"
    let first = try corpus.deduplicate(members, index: path, update: "a")
    let again = try corpus.deduplicate(members, index: path, update: "b")
    #expect(!first.kept.isEmpty)
    #expect(again.kept.isEmpty && again.removed.count == members.count)
    let other = members.map { Member(id: $0.id, text: $0.text + " and so on") }
    let third = try corpus.deduplicate(other, index: path, update: "c", .retract)
    #expect(third.retracted.isEmpty)
  }

  @Test("an index is the same bytes whatever the steps that failed before")
  func failures() throws {
    struct Stop: Error {}
    let members = textsWithChains(5, chains: 6)
    let (old, new) = (Array(members[..<12]), Array(members[12...]))
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let straight = folder.path + "/straight"
    _ = try corpus.deduplicate(old, index: straight, update: "a")
    let before = try contents(straight)
    var steps: [String] = []
    _ = try corpus.deduplicate(new, index: straight, update: "b", .retract) { steps.append($0) }
    let after = try contents(straight)
    #expect(Set(steps).count >= 6)
    for failing in steps.indices {
      let path = folder.path + "/index-\(failing)"
      _ = try corpus.deduplicate(old, index: path, update: "a")
      var count = 0
      #expect(throws: Stop.self) {
        _ = try corpus.deduplicate(new, index: path, update: "b", .retract) { _ in
          if count == failing { throw Stop() }
          count += 1
        }
      }
      let index = try DeduplicationIndex(path)
      if index.holds(update: "b") {
        // Only the old state was left to be removed.
        #expect(steps[failing] == "old state")
        try IndexFolder(path: path).removeLeftOvers(index.manifest)
      } else {
        #expect(try contents(path).filter { before[$0.key] != nil } == before)
        _ = try corpus.deduplicate(new, index: path, update: "b", .retract)
      }
      #expect(try contents(path) == after)
    }
  }

  @Test("the planted pairs of 1,000 articles are found in two and in five pieces")
  func articles() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let data = root.path + "/../shared/data/dedup"
    guard Folder.isFolder(data) else {
      print("skipped: no shared data beside the package")
      return
    }
    let bytes = try InputFile.decompressedBytes(data + "/articles_1000.train.zst")
    let members = bytes.split(separator: 10).map { line in
      let cut = line.firstIndex(of: 32) ?? line.endIndex
      return Member(
        id: String(decoding: line[..<cut], as: UTF8.self),
        text: String(decoding: line[cut...], as: UTF8.self))
    }
    var corpus = try IndexedCorpus()
    corpus.threshold = 0.5
    corpus.partSize = 300
    let expected = try plainSurvivors(members, threshold: 0.5)
    #expect(expected.count < members.count)
    for cuts in [[500], [200, 400, 600, 800]] {
      #expect(try survivors(members, cuts: cuts, .retract, corpus) == expected)
    }
  }
}

/// All files of an index by name, without its lock.
func contents(_ path: String) throws -> [String: [UInt8]] {
  var contents: [String: [UInt8]] = [:]
  for file in try Folder.files(under: path) where file != "index.lock" {
    contents[file] = try InputFile.bytes(path + "/" + file)
  }
  return contents
}
