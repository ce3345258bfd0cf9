import Corpora
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct DeduplicationStagesTests {
  private let texts = textsWithCopies(originals: 80, seed: 11)

  /// Does all stages over files of a corpus that is cut into tasks.
  private func removals(
    _ corpus: SmallCorpus, memory: Int, in folder: TemporaryFolder
  ) throws -> DuplicateClusters {
    let batches = corpus.batches
    let deduplication = try Deduplication(threshold: 0.8, threads: 2, memory: memory)
    let found = try deduplication.clusters(
      try corpus.tasks(batches), scratch: folder.path + "/scratch"
    ) { task, ordinals, visit in
      for ordinal in ordinals {
        try batches[Int(task)].texts.withBytes(Int(ordinal)) { try visit(ordinal, $0) }
      }
    }
    #expect(!Folder.exists(folder.path + "/scratch"))
    return found
  }

  @Test("memory changes nothing")
  func memory() throws {
    let folder = try TemporaryFolder()
    let corpus = SmallCorpus(texts: texts, taskSizes: [50, texts.count - 50])
    let much = try removals(corpus, memory: 1 << 30, in: folder)
    let little = try removals(corpus, memory: 1, in: folder)
    #expect(much == little && much.removals.count > 30)
  }

  @Test("ranges of buckets cover each table once, and hold what fits, or one bucket")
  func ranges() throws {
    let folder = try TemporaryFolder()
    var draw = NumberDraw(seed: 6)
    let rows = (0..<1000 * 2).map { _ in draw.next() }
    let path = folder.path + "/run"
    try DeduplicationStages.writeBandRun(rows, bands: 2, keep: nil, to: path)
    let numbering = try DocumentNumbering([DocumentPart(task: 0, count: 1000)])
    let groups = try DuplicateGroups([path], numbering)
    for memory in [1, 200, 5000, 1 << 20] {
      let ranges = groups.ranges(memory: memory)
      for table in 0..<2 {
        let buckets = ranges.filter { $0.table == table }.flatMap { Array($0.buckets) }
        #expect(buckets == Array(0..<256))
      }
      for range in ranges {
        let sizes = range.buckets.map {
          groups.runs[0].count(table: range.table, buckets: $0..<$0 + 1)
        }
        #expect(sizes.count { $0 > 0 } <= 1 || sizes.reduce(0, +) * 32 <= memory)
      }
    }
  }

  @Test("groups are those of a dictionary of hashes, for hashes of one and of two words")
  func groups() throws {
    let folder = try TemporaryFolder()
    var draw = NumberDraw(seed: 8)
    for words in [1, 2] {
      // Few values, so that many are alike; two words that share the first only, too.
      let parts = (0..<3).map { _ in
        (0..<200 * words).map { _ in UInt64(draw.below(40)) &* 0x0101_0101_0101_0101 }
      }
      let paths = try parts.enumerated().map { index, rows in
        let path = "\(folder.path)/\(words)-\(index)"
        try HashRun.write(HashRun.Rows(values: rows, tables: 1, wordsPerHash: words), to: path)
        return path
      }
      let numbering = try DocumentNumbering(
        (0..<3).map { DocumentPart(task: Int32($0), count: 200) })
      var expected: [[UInt64]: [UInt64]] = [:]
      for (part, rows) in parts.enumerated() {
        for document in 0..<200 {
          let hash = Array(rows[document * words..<document * words + words])
          if hash.allSatisfy({ $0 == 0 }) { continue }
          expected[hash, default: []].append(UInt64(part * 200 + document))
        }
      }
      let groups = try DuplicateGroups(paths, numbering)
      var found: Set<[UInt64]> = []
      for range in groups.ranges(memory: 4000) {
        try groups.forEach(in: range) { found.insert($0) }
      }
      #expect(found == Set(expected.values.filter { $0.count > 1 }))
    }
  }

  @Test("sets that stay on disk give the links of sets in memory")
  func setsOnDisk() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/sets"
    var draw = NumberDraw(seed: 10)
    let file = try BinnedFile.Writer(path, kind: CandidateSetFile.kind)
    var record: [UInt64] = []
    let base = (0..<100).map { _ in UInt32(truncatingIfNeeded: draw.next()) }
    for number in 0..<90 {
      var set = Set(base.dropFirst(draw.below(30)))
      for _ in 0..<draw.below(6) { set.insert(UInt32(truncatingIfNeeded: draw.next())) }
      try CandidateSetFile.append(
        set.sorted(), of: UInt64(number * 3), bin: 2, to: file, &record)
    }
    try file.commit()
    let reader = try BinnedFile.Reader(path, kind: CandidateSetFile.kind)
    let groups: [UInt64] =
      [90] + (0..<90).map { UInt64($0 * 3) } + [3, 0, 6, 267] + [2, 3, 4]
    let inMemory = try BinSets([reader], bin: 2, memory: 1 << 20)
    let onDisk = try BinSets([reader], bin: 2, memory: 0)
    #expect(inMemory.isInMemory && !onDisk.isInMemory)
    for firstNew in [0, 120] {
      let a = try BinVerification(groups: groups, inMemory, firstNew: firstNew, threshold: 0.8)
      let b = try BinVerification(groups: groups, onDisk, firstNew: firstNew, threshold: 0.8)
      #expect(a.links == b.links && a.comparisons == b.comparisons && a.links.count > 20)
      #expect(a.absent == 1)
      #expect(a.links.allSatisfy { $0.b >= UInt64(firstNew) || $0.a >= UInt64(firstNew) })
    }
  }

  @Test("fixed documents stay beside each other, and those that are gone stay for nobody")
  func standings() throws {
    let folder = try TemporaryFolder()
    let equal = folder.path + "/equal"
    let groups = try GroupFile.Writer(equal)
    try groups.append([0, 1, 2, 3])
    try groups.append([4, 5])
    try groups.append([6, 7])
    try groups.commit()
    let stages = try DeduplicationStages([
      HashedPart(documents: DocumentPart(task: 0, count: 8), equalRun: "")
    ])
    let standings: [KeepPreferences.Standing] = [
      .gone, .fixed, .open, .fixed, .gone, .open, .gone, .gone,
    ]
    let paths = (folder.path + "/removals", folder.path + "/survivors")
    let statistics = try stages.select(
      .init(equalGroups: [equal]), removals: paths.0, survivors: paths.1
    ) { _ in KeepPreferences(standings: standings) }
    let removals = try stages.selected(removals: paths.0, survivors: paths.1).removals(part: 0)
    let gone: [Int32: Int32] = Dictionary(
      uniqueKeysWithValues: removals.map { ($0.removed.ordinal, $0.kept.ordinal) })
    #expect(gone == [0: 1, 2: 1, 4: 5, 7: 6])
    #expect(statistics.clusters == 3 && statistics.exactRemoved == 1)
  }

  @Test("tiers go before values, values before addresses, and NaN is lowest")
  func preferences() throws {
    let folder = try TemporaryFolder()
    let equal = folder.path + "/equal"
    let groups = try GroupFile.Writer(equal)
    try groups.append([0, 1, 2, 3, 4])
    try groups.commit()
    let stages = try DeduplicationStages([
      HashedPart(documents: DocumentPart(task: 0, count: 5), equalRun: "")
    ])
    func kept(_ tiers: [UInt8]?, _ values: [Double]?) throws -> Int32? {
      let paths = (folder.path + "/removals", folder.path + "/survivors")
      _ = try stages.select(.init(equalGroups: [equal]), removals: paths.0, survivors: paths.1) {
        _ in KeepPreferences(tiers: tiers, values: values)
      }
      return try stages.selected(removals: paths.0, survivors: paths.1).survivors(part: 0).first?
        .kept.ordinal
    }
    #expect(try kept(nil, nil) == 0)
    #expect(try kept(nil, [1, 7, .nan, 7, 2]) == 1)
    #expect(try kept([0, 0, 0, 1, 1], [9, 9, 9, 1, 2]) == 4)
    #expect(try kept([0, 0, 1, 1, 1], nil) == 2)
    #expect(try kept(nil, [.nan, -.infinity, -1e300, .nan, .nan]) == 2)
  }
}
