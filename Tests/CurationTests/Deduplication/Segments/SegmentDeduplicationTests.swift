import Corpora
import Foundation
import Runs
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct SegmentDeduplicationTests {
  /// Texts of few different lines in some scripts, so that many are repeated.
  static func drawn(seed: UInt64, tasks: Int, documents: Int) -> [[String]] {
    let random = DrawnNumbers(seed: seed)
    var index: UInt64 = 0
    func draw(_ bound: Int) -> Int {
      index += 1
      return Int(random.bits(index) % UInt64(bound))
    }
    let words = ["alpha", "GAMMA", "дельта", "عربي", "漢字仮名", "}", "naïve", "e.g.", "A\u{300}"]
    let gaps = [" ", " ", " ", "  ", "\t", "\u{A0}", "\u{3000}"]
    let breaks = ["\n", "\n", "\r\n", "\n\n", "\n \n", "\n\n\n\n"]
    return (0..<tasks).map { task in
      (0..<documents).map { _ in
        var text = draw(4) == 0 ? " \n" : ""
        for _ in 0..<draw(24) {
          for word in 0..<draw(4) {
            text +=
              (word > 0 ? gaps[draw(gaps.count)] : "")
              + words[(draw(2) * (task + 3) + draw(2)) % words.count]
          }
          text += breaks[draw(breaks.count)]
        }
        return text
      }
    }
  }

  static let rules: [(SegmentRule.Part, Int, SegmentRule.Scope)] = [
    (.line, 1, .corpus), (.line, 3, .corpus), (.line, 1, .document), (.paragraph, 1, .corpus),
    (.paragraph, 1, .document),
  ]

  @Test("what goes is what a dictionary of normalised parts says", arguments: rules)
  func reference(part: SegmentRule.Part, copies: Int, scope: SegmentRule.Scope) throws {
    let tasks = Self.drawn(seed: UInt64(copies), tasks: 3, documents: 40)
    let rule = try SegmentRule(part: part, leastWords: 2, copies: copies, scope: scope)
    let expected = PlainSegments.spans(tasks, rule)
    #expect(expected.joined().count > 10)
    #expect(try SmallTexts(tasks).spans(rule) == expected)
  }

  @Test("memory, threads and the share of processes change nothing")
  func shares() throws {
    let texts = SmallTexts(Self.drawn(seed: 9, tasks: 5, documents: 60))
    let rule = try SegmentRule(part: .line, leastWords: 2)
    let whole = try texts.spans(rule)
    #expect(try texts.spans(rule, threads: 2, memory: 1) == whole)
    let parts = ["spans", "work/holders"]
    var bytes: [[UInt8]]?
    for count in [1, 2, 7] {
      let folder = try TemporaryFolder()
      for stage in SegmentDeduplication.Stage.allCases {
        for index in (0..<count).reversed() {
          var search = try texts.search(
            rule, in: folder.path, threads: index % 2 + 1, memory: (index + 1) << 20)
          search.partsOfRange = 100
          try search.run(stage, share: TaskShare(validatingIndex: index, count: count))
        }
      }
      #expect(try SmallTexts.spans(in: folder.path, tasks: texts.tasks.count) == whole)
      let written = try parts.flatMap { part in
        try Folder.names(in: folder.path + "/" + part).map {
          try InputFile.bytes("\(folder.path)/\(part)/\($0)")
        }
      }
      #expect(bytes == nil || bytes == written)
      bytes = written
    }
  }

  @Test("a stage says what is missing before it")
  func missing() throws {
    let folder = try TemporaryFolder()
    let search = try SmallTexts([["a"], ["b"]]).search(SegmentRule(part: .line), in: folder.path)
    try search.run(.hash, share: TaskShare(validatingIndex: 0, count: 2))
    let fault = #expect(throws: Fault.self) { try search.run(.match, share: .whole) }
    #expect(fault?.found?.contains("1 of 2 tasks is missing") == true)
  }

  @Test("a search that stops anywhere goes on to the same spans")
  func interruptions() throws {
    struct Stop: Error {}
    let texts = SmallTexts(Self.drawn(seed: 4, tasks: 4, documents: 30))
    let rule = try SegmentRule(part: .line, leastWords: 2)
    let whole = try texts.spans(rule)
    for stop in 1..<8 {
      let folder = try TemporaryFolder()
      let documents = texts.documents()
      let plain = try texts.search(rule, in: folder.path)
      let counter = Countdown(stop * 5)
      let stopping = SegmentDeduplication(
        rule, inputs: plain.inputs, runner: plain.runner, memory: 1 << 20
      ) { task, body in
        try documents(task) { first, batch in
          if counter.isOver() { throw Stop() }
          try body(first, batch)
        }
      }
      #expect(throws: Stop.self) { try stopping.run() }
      try plain.run()
      #expect(try SmallTexts.spans(in: folder.path, tasks: texts.tasks.count) == whole)
    }
  }

  @Test("all copies go where that is wanted, and only of what is repeated more often")
  func allCopies() throws {
    let texts = SmallTexts([
      ["one two\nthree four\nfive six", "three four"], ["Three  FOUR\none two"],
    ])
    let rule = try SegmentRule(part: .line, leastWords: 2, copies: 2, removesFirst: true)
    let spans = try texts.spans(rule)
    #expect(spans[0].map(\.bytes) == [8..<18, 0..<10])
    #expect(spans[1].map(\.bytes) == [0..<11])
    #expect(spans.joined().allSatisfy { $0.kept == nil })
  }

  @Test("windows of three sentences: a run goes, fewer stay, and the first copy of each stays")
  func windows() throws {
    let texts = SmallTexts([
      ["One was here. Two was here! Three was here? Four."],
      [
        "Start of it. ONE was here. Two  was here!\nThree was here? End of it.",
        "Two was here! Three was here? Five.",
      ],
    ])
    let rule = try SegmentRule(part: .sentence, leastWords: 3)
    let spans = try texts.spans(rule)
    #expect(spans[0].isEmpty)
    let text = texts.tasks[1][0]
    #expect(
      spans[1].map { String(decoding: text[$0.bytes], as: UTF8.self) }
        == ["ONE was here. Two  was here!\nThree was here?"])
    #expect(spans[1].first?.kept?.byte == 0)
  }

  @Test("every sentence that goes is still there before")
  func nothingIsLost() throws {
    let random = DrawnNumbers(seed: 3)
    let texts = (0..<60).map { document in
      (0..<12).map { "Sentence \(random.bits(UInt64(document * 12 + $0)) % 5) is." }
        .joined(separator: " ")
    }
    let small = SmallTexts([texts])
    let spans = try small.spans(SegmentRule(part: .sentence, leastWords: 1))[0]
    #expect(spans.count > 50)
    var removal = SpanRemoval(spans, leastWords: 0)
    var batch = SmallTexts.batch(small.tasks[0])
    let outcomes = try removal.apply(to: &batch, first: 0)
    let left = (0..<batch.count).filter { !outcomes[$0].goesWhole }.map { batch.texts.string($0) }
    for number in 0..<5 {
      #expect(left.contains { $0.contains("Sentence \(number) is.") })
    }
  }

  @Test("hostile texts")
  func hostile() throws {
    let word = [UInt8](repeating: 0x61, count: 3_000_000)
    let texts = SmallTexts([
      [
        [], [0x20, 0x0A, 0x0A], word, [UInt8](repeating: 0x0A, count: 1_000_000),
        [0xFF, 0xFE, 0x20, 0xC3, 0x0A, 0xE2, 0x80],
      ],
      [word, [0xFF, 0xFE, 0x20, 0xC3, 0x0D, 0x0A, 0xE2, 0x80]],
    ])
    for part in SegmentRule.Part.allCases {
      let rule = try SegmentRule(part: part, window: 1, leastWords: 1)
      let spans = try texts.spans(rule)
      #expect(spans[0].isEmpty)
      #expect(spans[1].first?.bytes == 0..<word.count)
    }
  }

  @Test("a range that does not fit into memory is read in several passes, to the same result")
  func passes() throws {
    let folder = try TemporaryFolder()
    let random = DrawnNumbers(seed: 8)
    let files = try (0..<3).map { task in
      let path = "\(folder.path)/\(task).parts"
      let writer = try PartitionedRecordsWriter(
        path, partitions: SegmentDeduplication.partitions, memory: 1)
      for number in 0..<3000 {
        // All in the first partition.
        let key = random.bits(random.bits(UInt64(task * 3000 + number)) % 4000) >> 12
        let record = SegmentRecord(key, UInt64(number), 5 << 32 | 7)
        try writer.append(record, to: 0)
      }
      try writer.commit()
      return path
    }
    for copies in [1, 2] {
      let rule = try SegmentRule(part: .line, copies: copies)
      func found(_ memory: Int) throws -> ([[[UInt64]]], SegmentRangeReport) {
        let path = "\(folder.path)/found.parts"
        let report = try SegmentRangeMatch(rule, files: files, range: 0..<64, memory: memory)
          .write(to: path)
        let reader = try PartitionedRecordsReader(path, partitions: 6, range: 0..<6)
        let records = try (0..<6).map { partition in
          var records: [[UInt64]] = []
          try reader.forEach(partition..<partition + 1) {
            records.append([$0.words.0, $0.words.1, $0.words.2])
          }
          return records.sorted { $0.lexicographicallyPrecedes($1) }
        }
        return (records, report)
      }
      let (whole, report) = try found(1 << 30)
      let (parts, again) = try found(1)
      #expect(whole == parts)
      #expect(report.removed > 2000)
      #expect(report.removed == again.removed && report.repeated == again.repeated)
      #expect(report.mostRepeated == again.mostRepeated)
    }
  }

  @Test("a damaged work file is a fault that names it")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.parts"
    let writer = try PartitionedRecordsWriter(path, partitions: 4, memory: 1)
    for number in 0..<3000 {
      try writer.append(SegmentRecord(UInt64(number), 0, 0), to: number % 4)
    }
    try writer.commit()
    let reader = try PartitionedRecordsReader(path, partitions: 4, range: 1..<3)
    var found: [UInt64] = []
    try reader.forEach(2..<3) { found.append($0.words.0) }
    #expect(found == (0..<3000).filter { $0 % 4 == 2 })
    let bytes = try InputFile.bytes(path)
    for cut in [0, 10, bytes.count / 2, bytes.count - 1] {
      try folder.file("b.parts", Array(bytes[..<cut]))
      #expect(throws: Fault.self) {
        try PartitionedRecordsReader(folder.path + "/b.parts", partitions: 4, range: 0..<4)
      }
    }
    var turned = bytes
    turned[bytes.count - 60] ^= 1
    try folder.file("b.parts", turned)
    #expect(throws: Fault.self) {
      try PartitionedRecordsReader(folder.path + "/b.parts", partitions: 4, range: 0..<4)
    }
  }

  @Test("the shared texts: lines and paragraphs as a dictionary finds them")
  func sharedTexts() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.path + "/../shared/data"
    guard Folder.isFolder(folder) else {
      print("skipped: no shared data beside the package")
      return
    }
    let names = ["text/code_codexglue_java.txt.zst", "dedup/articles_100.train.zst"]
    let tasks = try names.map { name in
      let bytes = try InputFile.decompressedBytes(folder + "/" + name).prefix(200_000)
      // A few documents of many lines.
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      return stride(from: 0, to: lines.count, by: 20).map {
        lines[$0..<min($0 + 20, lines.count)].joined(separator: "\n")
      }
    }
    let rule = try SegmentRule(part: .line)
    #expect(try SmallTexts(tasks).spans(rule) == PlainSegments.spans(tasks, rule))
  }
}

/// Says no a number of times.
private final class Countdown: @unchecked Sendable {
  private let lock = NSLock()
  private var left: Int

  init(_ count: Int) { left = count }

  func isOver() -> Bool {
    lock.withLock {
      left -= 1
      return left < 0
    }
  }
}
