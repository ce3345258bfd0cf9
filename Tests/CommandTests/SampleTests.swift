import Corpora
import CounterRandom
import Foundation
import Runs
import Streams
import TestFolders
import Testing

/// `midstream run --sample` on corpora whose whole is known.
@Suite struct SampleTests {
  @Test("a run goes on over what is only noted, and says what it could not read")
  func notes() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<60).map { number in
      "{\"text\":\"\(SmallTexts.text(number).split(separator: "\n").joined(separator: " "))\","
        + "\"n\":1152921504606846976,\"k\":1,\"k\":2}"
    }
    _ = try folder.file("texts/a.jsonl", lines.joined(separator: "\n") + "\n{\"no\":1}\n")
    _ = try folder.file("r.yaml", "name: r\ncorpus: {path: texts}\ntokenizer: {vocabulary: 300}\n")
    let result = try Program.run(["run", "r.yaml", "--output", "run"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("own/a.jsonl:61: a document has no field 'text'"))
    #expect(result.errors.contains("a key comes twice"))
    #expect(try folder.text("run/README.md").contains("kept/00000.jsonl.zst"))
  }

  private static let recipe = """
    name: planted
    seed: 5
    corpus: {path: texts}
    curation: {packs: [{pack: gopher-quality}]}
    tokenizer: {vocabulary: 300, sample_mb: 0.1}
    """

  /// 2,000 short documents: every fifth is too short to be kept, a few are copies.
  private static func corpus() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("recipe.yaml", recipe)
    let texts = (0..<2000).map { number in
      if number % 5 == 0 { return "Too short: \(number)." }
      return text(number % 100 == 1 ? 1 : number)
    }
    _ = try folder.file("texts/a.jsonl", SmallTexts.lines(Array(texts[..<1200]), ids: "doc-a-"))
    _ = try folder.file("texts/b.jsonl", SmallTexts.lines(Array(texts[1200...]), ids: "doc-b-"))
    return folder
  }

  /// Words that hardly any two documents share beyond those of every English text.
  private static func text(_ number: Int) -> String {
    let random = CounterRandom(seed: UInt64(number), purpose: "planted text")
    let syllables = ["ka", "lo", "mi", "ren", "tu", "vas", "pel", "dor", "shi", "gan", "bu", "fen"]
    func word(_ index: Int) -> String {
      (0..<3).map { syllables[Int(random.below(12, UInt64(index * 3 + $0)))] }.joined()
    }
    return (0..<8 + number % 9).map {
      let first = $0 * 5
      return "The \(word(first)) of \(word(first + 1)) and that \(word(first + 2)) have to be "
        + "with \(word(first + 3)) in the \(word(first + 4))."
    }.joined(separator: "\n")
  }

  private static func run(_ folder: TemporaryFolder, _ more: String...) throws -> Program.Result {
    let result = try Program.run(["run", "recipe.yaml", "--quiet"] + more, in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  private static func ids(of run: String) throws -> Set<String> {
    Set(
      try Folder.names(in: run + "/columns").flatMap { name in
        let ids = try ColumnFile.read("\(run)/columns/\(name)").bytes("id")
        return (0..<ids.count).map(ids.string)
      })
  }

  private static func digests(of run: String) throws -> [String] {
    try ["documents", "columns", "decisions", "streams", "kept", "shards"].flatMap { folder in
      try Folder.files(under: run + "/" + folder).map {
        "\(folder)/\($0) \(try ContentDigest(file: "\(run)/\(folder)/\($0)").hex)"
      }
    }
  }

  @Test("a sample is what the hash says, nested, the same for all threads, and tells the whole")
  func planted() throws {
    let folder = try Self.corpus()
    _ = try Self.run(folder, "--output", "full")
    let printed = try Self.run(folder, "--sample", "20%", "--threads", "1")
    let json = try Self.run(
      folder, "--sample", "0.2", "--threads", "2", "--output", "two", "--json")
    _ = try Self.run(folder, "--sample", "5%", "--output", "small")
    let (whole, sampled) = (folder.path + "/full", folder.path + "/runs/planted-sample")

    let all = try Self.ids(of: whole)
    let expected = all.filter { DocumentSample(share: 0.2).contains(id: $0) }
    #expect(all.count == 2000 && (300..<500).contains(expected.count))
    #expect(try Self.ids(of: sampled) == expected)
    let small = try Self.ids(of: folder.path + "/small")
    #expect(small.isSubset(of: expected) && (50..<150).contains(small.count))
    #expect(try Self.digests(of: sampled) == Self.digests(of: folder.path + "/two"))

    let record = try RecordFile.read(
      SampleRecord.self, from: sampled + "/" + SampleRecord.path)
    #expect(record.candidates == 2000 && record.sampled == expected.count)
    #expect(try json.object()["sampled"] as? Int == expected.count)
    try Self.check(record, against: whole)
    for word in [
      "2,000 documents", "kept, documents", "tokenize", "at the peak",
      "duplicates and evaluation overlap",
    ] {
      #expect(printed.output.contains(word), "\(printed.output)")
    }
    #expect(printed.output.contains("training is left out"))
  }

  /// The estimates' intervals hold what the run on the whole corpus counted.
  private static func check(_ record: SampleRecord, against whole: String) throws {
    let curation = try RecordFile.read(
      CurationRecord.self, from: whole + "/" + CurationRecord.path)
    let shards = try RecordFile.read(ShardsRecord.self, from: whole + "/" + ShardsRecord.path)
    let funnel = Dictionary(uniqueKeysWithValues: curation.funnel.map { ($0.name, $0) })
    func holds(_ name: String, _ unit: String, _ truth: Int?) {
      let estimate = record.quantities.first { $0.name == name && $0.unit == unit }
      guard let estimate, let truth else {
        Issue.record("no \(name) in \(unit)")
        return
      }
      #expect((estimate.low...estimate.high).contains(truth), "\(estimate), truth \(truth)")
      #expect((estimate.low...estimate.high).contains(estimate.whole))
    }
    holds("files on disk", "bytes", funnel["raw"]?.bytes)
    holds("read", "documents", funnel["extracted"]?.documents)
    holds("read", "bytes", funnel["extracted"]?.bytes)
    holds(
      "set aside for evaluation", "documents",
      funnel["extracted"].flatMap { read in funnel["training"].map { read.documents - $0.documents }
      })
    holds("passed by the filters", "documents", funnel["filtered"]?.documents)
    holds("kept", "bytes", funnel["deduplicated"]?.bytes)
    holds("kept", "tokens", funnel["deduplicated"]?.tokens)
    let kept = funnel["deduplicated"]?.documents ?? 0
    #expect((record.partners.leastKept...record.partners.mostKept + 40).contains(kept))
    for domain in record.domains {
      let set = shards.sets.first { $0.stream == "curated" && $0.domain == domain.domain }
      let disk = domain.diskBytes
      #expect((domain.tokens.low...domain.tokens.high).contains(set?.tokens ?? 0))
      #expect(disk.whole >= (set?.diskBytes ?? 0) / 2)
    }
    #expect(
      record.stages.map(\.name) == ["fetch", "extract", "decide", "write", "tokenizer", "tokenize"])
    #expect(record.stages.allSatisfy { $0.wholeSeconds >= $0.sampleSeconds * 0.999 })
    #expect(record.disk.last?.name == "at the peak, which is the end")
  }

  @Test("files that are one document are chosen without being read")
  func wholeFiles() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("recipe.yaml", Self.recipe)
    let sample = DocumentSample(share: 0.4)
    let names = (0..<60).map { "\($0).txt" }
    let isTaken = { (name: String) in sample.contains(id: "own/\(name)") }
    for (number, name) in names.enumerated() {
      _ = try folder.file("texts/" + name, SmallTexts.text(number))
    }
    // One damaged file in the sample and one that is not.
    let damaged = (0..<100).map { "damaged-\($0).txt.gz" }
    let pair = try [true, false].map { taken in
      try #require(damaged.first { isTaken($0) == taken })
    }
    for name in pair {
      try Data([0x1f, 0x8b, 0x08, 0x00]).write(to: URL(filePath: "\(folder.path)/texts/\(name)"))
    }
    _ = try Self.run(folder, "--sample", "40%", "--output", "s")
    let run = folder.path + "/s"
    #expect(try Self.ids(of: run) == Set(names.filter(isTaken).map { "own/\($0)" }))
    let problems = String(
      decoding: try InputFile.bytes(run + "/problems/00000.json"), as: UTF8.self)
    #expect(problems.contains(pair[0]) && !problems.contains(pair[1]))
    let record = try RecordFile.read(SampleRecord.self, from: run + "/" + SampleRecord.path)
    #expect(record.candidates == 62 && record.quantities[1].method == .binomial)
    #expect((record.quantities[1].low...record.quantities[1].high).contains(60))
  }

  @Test("a sample never takes the place of a whole run, and goes on where it was interrupted")
  func folders() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("recipe.yaml", Self.recipe)
    for number in 0..<40 { _ = try folder.file("texts/\(number).txt", SmallTexts.text(number)) }
    _ = try Self.run(folder, "--output", "r")
    let refused = try Program.run(
      ["run", "recipe.yaml", "--sample", "50%", "--output", "r"], in: folder.path)
    #expect(refused.status == 2 && refused.errors.contains("holds a run on a whole corpus"))
    _ = try Self.run(folder, "--sample", "50%", "--output", "s")
    let again = try Program.run(
      ["run", "recipe.yaml", "--sample", "50%", "--output", "s"], in: folder.path)
    #expect(again.errors.contains("extract: complete from before"), "\(again.errors)")
    let other = try Program.run(
      ["run", "recipe.yaml", "--sample", "60%", "--output", "s"], in: folder.path)
    #expect(other.status == 0 && !other.errors.contains("extract: complete"), "\(other.errors)")
    // The whole, in the folder of a sample, leaves no estimate of itself.
    _ = try Self.run(folder, "--output", "s")
    #expect(!folder.has("s/" + SampleRecord.path))
    let plan = try Self.run(folder, "--sample", "1%", "--dry-run")
    #expect(plan.output.contains("sample     1% of the documents") && !folder.has("runs"))
  }

  @Test(
    "a wrong share exits with 2",
    arguments: [
      ("0", "'0'"), ("150%", "'150%'"), ("-1%", "--sample"), ("some", "'some'"), ("nan", "'nan'"),
      ("0.0000001%", "take a larger share"),
    ])
  func wrongShare(share: String, message: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("recipe.yaml", Self.recipe)
    _ = try folder.file("texts/a.txt", SmallTexts.text(1))
    _ = try folder.file("texts/b.jsonl", SmallTexts.lines([SmallTexts.text(2)]))
    let result = try Program.run(["run", "recipe.yaml", "--sample", share], in: folder.path)
    #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
  }
}
