import Corpora
import Foundation
import Runs
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct SegmentIndexTests {
  private struct Stop: Error {}

  private let rule: SegmentRule

  init() throws { rule = try SegmentRule(part: .line, leastWords: 2) }

  /// Searches texts, compared with the index in a folder, and adds them to it.
  /// - Returns: the spans of each task.
  @discardableResult
  private func search(
    _ tasks: [[String]], rule: SegmentRule? = nil, index path: String, update: String?,
    bloom: Bool = false, step: (String) throws -> Void = { _ in }
  ) throws -> [[RemovedSpan]] {
    let rule = rule ?? self.rule
    let folder = try TemporaryFolder()
    let texts = SmallTexts(tasks)
    let index = SegmentIndex.exists(path) ? try SegmentIndex(path) : nil
    try index?.check(rule, isFilter: bloom)
    for file in 0..<(index?.checkedCount ?? 0) { try index?.check(file) }
    var search = try texts.search(
      rule, in: folder.path, threads: 2, documents: namedDocuments(tasks))
    search.index = index
    search.isForIndex = update != nil
    search.partsOfRange = 50
    var content: SegmentIndexUpdate.Content
    if bloom {
      let settings = SegmentDeduplication.BloomSettings(expected: 10_000, falsePositives: 1e-9)
      let report = try search.runBloom(settings).report
      content = .filter(
        folder.path + "/" + SegmentDeduplication.filterPath, settings, documents: report.documents,
        newParts: report.newParts)
    } else {
      try search.run()
      content = .hashes([])
      if update != nil { content = .hashes(try search.indexInputs()) }
    }
    if let update {
      _ = try SegmentIndexUpdate(path, index: index, rule: rule, name: update)
        .commit(content, step: step)
    }
    return try SmallTexts.spans(in: folder.path, tasks: tasks.count)
  }

  /// Documents with ids: task and place.
  private func namedDocuments(_ tasks: [[String]]) -> TaskDocuments {
    { task, body in
      for (place, text) in tasks[task].enumerated() {
        var batch = DocumentBatch()
        batch.append(Document(id: "\(tasks[task].count)-\(task)-\(place)", text: text, source: ""))
        try body(place, batch)
      }
    }
  }

  private func contents(_ folder: String) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try Folder.files(under: folder) where !name.hasSuffix(".lock") {
      contents[name] = try InputFile.bytes(folder + "/" + name)
    }
    return contents
  }

  private func bytes(_ spans: [[RemovedSpan]]) -> [[[Int]]] {
    spans.map { $0.map { [$0.ordinal, $0.bytes.lowerBound, $0.bytes.upperBound] } }
  }

  @Test(
    "in pieces, new documents lose what they lose with all documents at once",
    arguments: [(1, false), (3, false), (2, true)])
  func pieces(copies: Int, removesFirst: Bool) throws {
    for part in SegmentRule.Part.allCases {
      let rule = try SegmentRule(
        part: part, leastWords: 2, copies: copies, removesFirst: removesFirst)
      let tasks = SegmentDeduplicationTests.drawn(seed: 11, tasks: 6, documents: 25)
      let whole = try SmallTexts(tasks).spans(rule)
      let folder = try TemporaryFolder()
      var found: [[RemovedSpan]] = []
      for (place, piece) in [0..<1, 1..<4, 4..<6].enumerated() {
        let spans = try search(
          Array(tasks[piece]), rule: rule, index: folder.path, update: "\(place)")
        if piece.lowerBound == 1 {
          // The same inputs in the same state of the index, only looked up.
          let other = try TemporaryFolder()
          try search(Array(tasks[0..<1]), rule: rule, index: other.path, update: "0")
          #expect(
            try search(Array(tasks[piece]), rule: rule, index: other.path, update: nil) == spans)
        }
        found += spans
      }
      // Where first copies go too, those of earlier pieces were not known to be repeated.
      let compared = removesFirst ? 4..<6 : 0..<6
      #expect(bytes(Array(found[compared])) == bytes(Array(whole[compared])), "\(part)")
      #expect(found[4...].joined().contains { ($0.kept?.document.task ?? 0) >= 2 } == !removesFirst)
    }
  }

  @Test("a filter is kept from call to call")
  func filter() throws {
    let tasks = SegmentDeduplicationTests.drawn(seed: 12, tasks: 4, documents: 25)
    let folder = try TemporaryFolder()
    let first = try search(Array(tasks[..<2]), index: folder.path, update: "a", bloom: true)
    let second = try search(Array(tasks[2...]), index: folder.path, update: "b", bloom: true)
    #expect(bytes(first + second) == bytes(try SmallTexts(tasks).spans(rule)))
    let index = try SegmentIndex(folder.path)
    #expect(index.documentCount == 100 && index.manifest.revision == 2)
    // Adding what is there adds nothing, and all of it goes.
    let again = try search(Array(tasks[2...]), index: folder.path, update: "c", bloom: true)
    #expect(again.joined().count > second.joined().count)
    #expect(try SegmentIndex(folder.path).partCount == index.partCount)
    #expect(throws: Fault.self) { try SegmentForgetting(index).perform(["25-0-1"]) }
  }

  @Test("what was forgotten is new again, unless another document has it too")
  func forgetting() throws {
    let texts = [["only here is this", "both have this one"], ["both have this one", "not this"]]
    let new = [["only here is this\nboth have this one\nnot this"]]
    let folder = try TemporaryFolder()
    try search(texts, index: folder.path, update: "a")
    let index = try SegmentIndex(folder.path)
    #expect(bytes(try search(new, index: folder.path, update: nil)).joined().count == 3)
    let outcome = try SegmentForgetting(index).perform(["2-0-0", "2-0-1", "nobody", "2-9-9"])
    #expect(outcome.forgotten == 2 && outcome.unknown == ["nobody", "2-9-9"])
    #expect(outcome.index.documentCount == 2 && outcome.index.partCount == 2)
    #expect(
      bytes(try search(new, index: folder.path, update: nil))
        == [[[0, 18, 36], [0, 37, 45]]])
    let rest = try contents(folder.path)
    #expect(!rest.values.contains { String(decoding: $0, as: UTF8.self).contains("2-0-0") })
    for file in 0..<outcome.index.checkedCount { try outcome.index.check(file) }
    #expect(try SegmentForgetting(outcome.index).perform(["2-0-0"]).unknown == ["2-0-0"])
  }

  @Test("a change that fails at any step leaves the index as it was or as it will be")
  func crashes() throws {
    let tasks = SegmentDeduplicationTests.drawn(seed: 13, tasks: 3, documents: 8)
    func made() throws -> TemporaryFolder {
      let folder = try TemporaryFolder()
      try search(Array(tasks[..<2]), index: folder.path, update: "a")
      return folder
    }
    let changes: [(String, (String, (String) throws -> Void) throws -> Void)] = [
      (
        "update",
        { path, step in
          try search(Array(tasks[2...]), index: path, update: "b", step: step)
        }
      ),
      (
        "forget",
        { path, step in
          _ = try SegmentForgetting(try SegmentIndex(path)).perform(["2-0-3", "8-1-2"], step: step)
        }
      ),
    ]
    for (name, change) in changes {
      let straight = try made()
      let before = try contents(straight.path)
      var steps: [String] = []
      try change(straight.path) { steps.append($0) }
      let after = try contents(straight.path)
      #expect(steps.count >= 4 && before != after)
      for failing in steps.indices {
        let folder = try made()
        var count = 0
        #expect(throws: Stop.self) {
          try change(folder.path) { _ in
            if count == failing { throw Stop() }
            count += 1
          }
        }
        let index = try SegmentIndex(folder.path)
        if index.manifest.revision == 1 {
          let now = try contents(folder.path)
          #expect(before.allSatisfy { now[$0.key] == $0.value }, "\(name) \(steps[failing])")
          try change(folder.path) { _ in }
        } else {
          #expect(steps[failing] == "old files")
          try index.removeLeftOvers()
        }
        #expect(try contents(folder.path) == after, "\(name) \(steps[failing])")
      }
    }
  }

  @Test("an index of other parts, of another kind, or damaged is told")
  func wrong() throws {
    let folder = try TemporaryFolder()
    let texts = [["one two three\nfour five six"]]
    try search(texts, index: folder.path, update: "a")
    func message(_ body: () throws -> Void) -> String {
      let fault = #expect(throws: Fault.self) { try body() }
      return "\(fault?.message ?? "") \(fault?.found ?? "") \(fault?.expected ?? "")"
    }
    let other = try SegmentRule(part: .paragraph, leastWords: 2)
    #expect(
      message { try search(texts, rule: other, index: folder.path, update: nil) }
        .contains("lines of at least 2 words"))
    #expect(
      message { try search(texts, index: folder.path, update: nil, bloom: true) }
        .contains("Bloom filter"))
    #expect(message { _ = try DeduplicationIndex(folder.path) }.contains("parts of documents"))
    let index = try SegmentIndex(folder.path)
    let path = try #require(index.hashFiles.first)
    var bytes = try InputFile.bytes(path)
    bytes[3] ^= 1
    try OutputFile.write(bytes, to: path)
    #expect(message { try search(texts, index: folder.path, update: nil) }.contains("damaged"))
    try OutputFile.write(bytes.dropLast(), to: path)
    #expect(message { _ = try SegmentIndex(folder.path) }.contains("damaged"))
    var record = try InputFile.bytes(folder.path + "/index.json")
    record[record.count / 2] ^= 1
    try OutputFile.write(record, to: folder.path + "/index.json")
    #expect(message { _ = try SegmentIndex(folder.path) }.contains("cannot be used"))
  }
}
