import CounterRandom
import Corpora
import Runs
import Streams
import TestFolders
import Testing

@testable import Curation

/// Files between the stages of deduplication that were damaged: the next stages say so, or find what
/// they would have found. A file whose record was changed to fit it is not noticed as such, and still
/// stops nothing: what is in it is a fault or a result.
@Suite struct WorkFileDamageTests {
  /// The files that each stage left, and how the stages behind it are run again.
  private struct Job<Result: Equatable> {
    let folder: String
    let stages: [String]
    /// Runs the stages from one of them on, and reads what came of it.
    let perform: (_ from: Int) throws -> Result

    func outputs(of stage: Int) throws -> [CompletionRecord] {
      try RunFolder(folder).records(stage: stages[stage])
    }

    func forget(from stage: Int) throws {
      for name in stages[stage...] { try Folder.remove("\(folder)/records/\(name)") }
    }
  }

  private func damaged(_ bytes: [UInt8], _ random: CounterRandom, _ round: Int) -> [UInt8] {
    func draw(_ number: UInt64, below bound: Int) -> Int {
      Int(random.below(UInt64(max(bound, 1)), UInt64(round) * 16 + number))
    }
    guard !bytes.isEmpty else { return [7] }
    var changed = bytes
    let place = draw(0, below: bytes.count)
    switch draw(1, below: 7) {
    case 0: changed[place] ^= 1 << UInt8(draw(2, below: 8))
    case 1: changed[place] = UInt8(draw(2, below: 256))
    case 2:
      // A whole value that is as large as can be, or nearly.
      let start = place / 8 * 8
      for index in start..<min(start + 8, bytes.count) { changed[index] = 0xFF }
      if start + 7 < bytes.count { changed[start + 7] = [0xFF, 0x7F, 0x00][draw(2, below: 3)] }
    case 3: changed.removeLast(bytes.count - place)
    case 4: changed.removeLast(min(bytes.count, 8 * (1 + draw(2, below: 4))))
    case 5:
      let start = place / 8 * 8
      for index in start..<min(start + 8, bytes.count) { changed[index] = 0 }
    default:
      let other = draw(2, below: bytes.count)
      for index in 0..<min(8, bytes.count - max(place, other)) {
        changed.swapAt(place + index, other + index)
      }
    }
    return changed
  }

  private func run<Result>(_ job: Job<Result>, rounds: Int, seed: UInt64) throws {
    let expected = try job.perform(0)
    let random = CounterRandom(seed: seed, purpose: "damage to work files")
    var (faults, results) = (0, 0)
    for stage in job.stages.indices.dropLast() {
      let records = try job.outputs(of: stage)
      let files = records.flatMap { record in record.outputs.map { (record, $0) } }
      #expect(!files.isEmpty)
      for round in 0..<rounds {
        let number = stage * rounds + round
        let (record, stamp) = files[round % files.count]
        let path = job.folder + "/" + stamp.path
        let recordPath = "\(job.folder)/records/\(record.stage)/\(record.task).json"
        let (bytes, oldRecord) = (try InputFile.bytes(path), try InputFile.bytes(recordPath))
        let changed = damaged(bytes, random, number)
        try OutputFile.write(changed, to: path)
        let fits = number % 2 == 1
        if fits {
          var record = record
          record.outputs = try record.outputs.map {
            $0 == stamp ? try FileStamp(path: stamp.path, in: job.folder) : $0
          }
          try RecordFile.write(record, to: recordPath)
        }
        try job.forget(from: stage + 1)
        do {
          let found = try job.perform(stage + 1)
          results += 1
          #expect(fits || found == expected, "\(stamp.path), round \(number)")
          #expect(fits || changed == bytes, "\(stamp.path), round \(number): not noticed")
        } catch let fault as Fault {
          faults += 1
          #expect(fault.kind == .input && fault.hint != nil, "\(fault)")
        }
        try OutputFile.write(bytes, to: path)
        try OutputFile.write(oldRecord, to: recordPath)
      }
      try job.forget(from: stage + 1)
      #expect(try job.perform(stage + 1) == expected)
    }
    #expect(faults > results)
  }

  private struct SubstringResult: Equatable {
    var spans: [[PlainSubstrings.Span]]
    var found: SubstringStages.Found
  }

  @Test("symbols, marks, runs, repeats and spans of substrings", arguments: [0, 1, 2, 3])
  func substrings(kind: Int) throws {
    let texts = SubstringTokenTests.texts
    let inputs = [texts, [texts[1], texts[0] + texts[0]]]
    let tokenizer = try SubstringTokenTests.tokenizer(fillers: kind == 2 ? 70_000 : 0)
    let settings = try SubstringSettings(
      symbols: kind == 0 ? .bytes : .tokens(tokenizer), minimum: 6,
      removal: kind == 3 ? .all : .repeats)
    let trial = SubstringTrial(settings: settings)
    let folder = try TemporaryFolder()
    let path = folder.path + "/run"
    let job = Job(
      folder: path, stages: SubstringStages.Stage.allCases.map(\.rawValue),
      perform: { from -> SubstringResult in
        let stages = try trial.stages(inputs.count, in: path)
        for stage in SubstringStages.Stage.allCases[from...] {
          try stages.run(stage, texts: trial.texts(inputs))
        }
        _ = try stages.spanDigests()
        var found = try stages.found()
        found.workBytes = 0
        return SubstringResult(spans: try trial.spans(inputs.count, in: path), found: found)
      })
    try run(job, rounds: kind == 2 ? 6 : 24, seed: UInt64(kind))
  }

  @Test("hashes and matches of parts", arguments: [1, 2])
  func segments(copies: Int) throws {
    let texts = SmallTexts(SegmentDeduplicationTests.drawn(seed: 4, tasks: 3, documents: 20))
    let rule = try SegmentRule(part: .line, leastWords: 2, copies: copies)
    let folder = try TemporaryFolder()
    let job = Job(
      folder: folder.path, stages: SegmentDeduplication.Stage.allCases.map(\.rawValue),
      perform: { from -> [[RemovedSpan]] in
        let search = try texts.search(rule, in: folder.path)
        for stage in SegmentDeduplication.Stage.allCases[from...] {
          try search.run(stage, share: .whole)
        }
        _ = try search.report()
        _ = try search.spanDigests()
        return try SmallTexts.spans(in: folder.path, tasks: texts.tasks.count)
      })
    try run(job, rounds: 24, seed: UInt64(10 + copies))
  }

  // MARK: Indexes

  private struct Stopped: Error {}

  /// The stamps of an index with one of them replaced.
  private func replacing(
    _ old: FileStamp, by new: FileStamp, in manifest: IndexManifest
  ) -> IndexManifest {
    var changed = manifest
    func replace(_ stamp: inout FileStamp) { if stamp == old { stamp = new } }
    func replace(_ stamp: inout FileStamp?) { if stamp == old { stamp = new } }
    replace(&changed.state)
    for place in changed.equalGroups.indices { replace(&changed.equalGroups[place]) }
    for place in changed.links.indices { replace(&changed.links[place]) }
    for place in changed.unverifiedGroups.indices { replace(&changed.unverifiedGroups[place]) }
    for generation in changed.generations.indices {
      for part in changed.generations[generation].parts.indices {
        replace(&changed.generations[generation].parts[part].hashes)
        replace(&changed.generations[generation].parts[part].bands)
        replace(&changed.generations[generation].parts[part].ids)
        replace(&changed.generations[generation].parts[part].sets)
        replace(&changed.generations[generation].parts[part].ranks)
      }
    }
    return changed
  }

  @Test(
    "files of an index whose stamps were changed to fit them stop neither an update nor a removal")
  func indexes() throws {
    let members = textsWithChains(3, chains: 3)
    let folder = try TemporaryFolder()
    let corpus = try IndexedCorpus()
    let path = folder.path + "/index"
    let third = members.count / 3
    _ = try corpus.deduplicate(Array(members[..<third]), index: path, update: "a")
    _ = try corpus.deduplicate(
      Array(members[third..<2 * third]), index: path, update: "b", .retract)
    let new = Array(members[(2 * third)...])
    let expected = try corpus.deduplicate(new, index: path, update: nil, .retract).kept
    let manifest = try DeduplicationIndex(path).manifest
    let indexFolder = IndexFolder(path: path)
    let random = CounterRandom(seed: 5, purpose: "damage to indexes")
    let manifestBytes = try InputFile.bytes(indexFolder.manifest)
    var faults = 0
    for round in 0..<28 {
      let stamp = manifest.all[round % manifest.all.count]
      let file = indexFolder.file(stamp.path)
      let bytes = try InputFile.bytes(file)
      let changed = damaged(bytes, random, round)
      try OutputFile.write(changed, to: file)
      try replacing(stamp, by: indexFolder.stamp(stamp.path), in: manifest)
        .write(to: indexFolder.manifest)
      do {
        let found = try corpus.deduplicate(new, index: path, update: nil, .retract)
        #expect(changed != bytes || found.kept == expected)
      } catch is Fault {
        faults += 1
      }
      do {
        _ = try IndexForgetting(try DeduplicationIndex(path)).perform(
          members[..<4].map(\.id), before: { _ in throw Stopped() })
      } catch is Fault {
        faults += 1
      } catch is Stopped {}
      try OutputFile.write(bytes, to: file)
      try OutputFile.write(manifestBytes, to: indexFolder.manifest)
      try indexFolder.removeLeftOvers(manifest)
    }
    #expect(faults > 14)
    #expect(try corpus.deduplicate(new, index: path, update: nil, .retract).kept == expected)
  }
}
