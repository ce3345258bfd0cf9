import Foundation
import Runs
import Streams
import TestFolders
import Testing

/// `midstream diff` on runs whose differences are planted.
@Suite struct DiffTests {
  private static func recipe(_ packs: String, _ corpus: String = "texts", _ more: String = "")
    -> String
  {
    """
    name: small
    seed: 2
    corpus: {path: \(corpus)}
    curation: {packs: [\(packs)]}
    tokenizer: {vocabulary: 300, sample_mb: 0.1}
    \(more)
    """
  }

  private static let strict = """
    name: strict
    version: 1
    paper: none
    description: Drops what is short or not English.
    measurements: [word_count, language]
    rules:
      - {id: too_short, fails_when: word_count < 60}
      - {id: not_english, fails_when: 'language not in ["en"]'}
    """

  private static let wide = """
    name: wide
    version: 1
    paper: none
    description: Drops what is long or next to nothing.
    measurements: [word_count]
    rules:
      - {id: too_short, fails_when: word_count < 5}
      - {id: too_long, fails_when: word_count > 600}
    """

  private static let german = [
    """
    Der Fluss erzählt die lange Geschichte des Tales, und der alte Gärtner beschreibt, was die Leute \
    über das Wetter geschrieben haben. Niemand weiß heute noch, wann die Brücke gebaut wurde, aber in \
    den Briefen der Stadt steht, dass sie älter als die Kirche sein muss, und so wird es wohl sein. \
    Das ist alles, was man von ihr sagen kann, und mehr will auch keiner wissen, der hier wohnt.
    """,
    """
    Wer am Abend durch die Gassen geht, hört die Glocken und das Wasser und denkt an die Reise, die \
    ihm noch bevorsteht, denn morgen früh fährt das Schiff in die Hauptstadt zurück. Die Kinder \
    stehen am Ufer und winken, bis der Rauch hinter dem Hügel verschwindet, und laufen dann nach Hause, \
    wo das Essen schon auf dem Tisch steht und die Großmutter ihnen eine Geschichte vorliest.
    """,
    """
    Eine Maschine, die Sätze zählt, braucht keine Bücher zu verstehen; es genügt ihr, die Punkte zu \
    finden und dabei die Abkürzungen nicht zu vergessen. Trotzdem haben viele versucht, ihr das Lesen \
    beizubringen, zuerst mit Regeln und später mit Beispielen, von denen es nie genug geben konnte. \
    Am Ende lernte sie beides, und niemand wusste genau zu sagen, wie sie es eigentlich gemacht hatte.
    """,
  ]

  /// 60 good texts, 5 of them long, 6 of about 50 words, 3 in German; in `b` two are changed, one is gone, one new.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      for number in 0..<60 where !(name == "b" && number == 40) {
        let changed = name == "b" && (number == 7 || number == 8)
        _ = try folder.file(
          "\(name)/\(number).txt",
          SmallTexts.text(
            changed ? number + 500 : number, sentences: (50..<55).contains(number) ? 40 : 14))
      }
      for number in 0..<6 {
        _ = try folder.file(
          "\(name)/short-\(number).txt", SmallTexts.text(200 + number, sentences: 2))
      }
      for number in 0..<3 {
        _ = try folder.file("\(name)/german-\(number).txt", german[number])
      }
    }
    _ = try folder.file("b/new.txt", SmallTexts.text(900))
    _ = try folder.file("pack.yaml", strict)
    _ = try folder.file("wide.yaml", wide)
    return folder
  }

  private static func run(
    _ folder: TemporaryFolder, _ output: String, _ packs: String, _ corpus: String = "a",
    _ arguments: String...
  ) throws {
    _ = try folder.file("\(output).yaml", recipe(packs, corpus))
    let result = try Program.run(
      ["run", "\(output).yaml", "--output", output, "--quiet"] + arguments, in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
  }

  private static func diff(_ folder: TemporaryFolder, _ a: String, _ b: String) throws -> [String:
    Any]
  {
    let result = try Program.run(
      ["diff", a, b, "--json", "--examples", "3"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    return try result.object()
  }

  private static func kinds(_ diff: [String: Any]) -> [String: Int] {
    Dictionary(
      uniqueKeysWithValues: (diff["kinds"] as? [[String: Any]] ?? []).map {
        ($0["kind"] as? String ?? "", $0["documents"] as? Int ?? -1)
      })
  }

  private static func kept(_ folder: TemporaryFolder, _ run: String) throws -> Set<String> {
    let lines = try folder.text("\(run)/kept/00000.jsonl.zst").split(separator: "\n")
    return Set(
      try lines.map {
        let object = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        return object?["id"] as? String ?? ""
      })
  }

  @Test(
    "flips are those of the kept files, by rule, with evidence; settings and tokens beside them")
  func flips() throws {
    let folder = try Self.folder()
    try Self.run(folder, "loose", "{pack: wide.yaml}")
    try Self.run(folder, "strict", "{pack: pack.yaml}")
    let diff = try Self.diff(folder, "loose", "strict")
    let (loose, strict) = (try Self.kept(folder, "loose"), try Self.kept(folder, "strict"))
    let kinds = Self.kinds(diff)
    #expect(kinds["keptOnlyInA"] == loose.subtracting(strict).count)
    #expect(kinds["keptOnlyInB"] == strict.subtracting(loose).count)
    #expect(diff["keptInBoth"] as? Int == loose.intersection(strict).count)
    #expect(!strict.subtracting(loose).isEmpty && loose.count > strict.count)
    #expect(kinds["onlyInA"] == 0 && kinds["onlyInB"] == 0 && kinds["textChanged"] == 0)
    let lost = loose.subtracting(strict)
    let rules = (diff["rules"] as? [[String: Any]] ?? []).filter {
      $0["kind"] as? String == "keptOnlyInA"
    }
    let german = try #require(rules.first { $0["rule"] as? String == "not_english" })
    let expected = lost.filter { $0.contains("german") }
    #expect(!expected.isEmpty && german["documents"] as? Int == expected.count)
    #expect(german["alone"] as? Int == expected.count && german["stage"] as? String == "strict")
    let examples = german["examples"] as? [[String: Any]] ?? []
    #expect(Set(examples.compactMap { $0["id"] as? String }) == expected)
    #expect(
      examples.allSatisfy { example in
        let line = example["line"] as? String ?? ""
        return Self.german.contains { $0.prefix(20) == line.prefix(20) }
          && (example["evidence"] as? String)?.contains("language = \"de\"") == true
      })
    let settings = (diff["settings"] as? [[String: Any]] ?? []).map { $0["key"] as? String ?? "" }
    #expect(settings.contains("curation.packs[pack.yaml].pack"))
    #expect(settings.contains("pack pack.yaml.too_short"))
    #expect(!settings.contains { $0.hasPrefix("tokenizer") || $0 == "seed" })
    for domain in diff["domains"] as? [[String: Any]] ?? [] {
      let name = domain["domain"] as? String ?? ""
      for (run, key) in [("loose", "tokensA"), ("strict", "tokensB")] {
        let record = try RecordFile.read(
          ShardsRecord.self, from: "\(folder.path)/\(run)/" + ShardsRecord.path)
        let set = record.sets.first { $0.stream == "curated" && $0.domain == name }
        #expect(domain[key] as? Int == set?.tokens ?? 0)
      }
    }
    // The other way round everything is mirrored.
    let back = Self.kinds(try Self.diff(folder, "strict", "loose"))
    #expect(
      back["keptOnlyInA"] == kinds["keptOnlyInB"] && back["keptOnlyInB"] == kinds["keptOnlyInA"])
    let text = try Program.run(["diff", "loose", "strict"], in: folder.path)
    for words in [
      "kept in A, not in B", "strict/not_english", "own/german-", "setting", "tokens B",
    ] {
      #expect(text.output.contains(words), "\(text.output)")
    }
    #expect(!text.output.contains("\u{1b}") && text.status == 0)
  }

  @Test("a run does not differ from itself, nor from one of other threads")
  func same() throws {
    let folder = try Self.folder()
    try Self.run(folder, "one", "{pack: gopher-quality}", "a", "--threads", "1")
    try Self.run(folder, "two", "{pack: gopher-quality}", "a", "--threads", "2")
    for other in ["one", "two"] {
      let diff = try Self.diff(folder, "one", other)
      #expect(Self.kinds(diff).values.allSatisfy { $0 == 0 })
      #expect((diff["settings"] as? [Any])?.isEmpty == true)
      #expect((diff["notes"] as? [Any])?.isEmpty == true, "\(diff["notes"] ?? "")")
      #expect(diff["inBoth"] as? Int == 69)
    }
  }

  @Test("other corpora: what is in one only, what has another text, what is in neither")
  func corpora() throws {
    let folder = try Self.folder()
    try Self.run(folder, "a-run", "{pack: gopher-quality}")
    try Self.run(folder, "b-run", "{pack: gopher-quality}", "b")
    let diff = try Self.diff(folder, "a-run", "b-run")
    let kinds = Self.kinds(diff)
    #expect(kinds["onlyInA"] == 1 && kinds["onlyInB"] == 1 && kinds["textChanged"] == 2)
    #expect(diff["inBoth"] as? Int == 68)
    let changed = (diff["kinds"] as? [[String: Any]] ?? []).first {
      $0["kind"] as? String == "textChanged"
    }
    for example in changed?["examples"] as? [[String: Any]] ?? [] {
      let id = example["id"] as? String ?? ""
      let number = try #require(Int(id.dropFirst(4).dropLast(4)))
      let first = SmallTexts.text(number).split(separator: "\n")[0]
      let second = SmallTexts.text(number + 500).split(separator: "\n")[0]
      #expect((example["line"] as? String)?.hasPrefix(first) == true)
      #expect((example["lineB"] as? String)?.hasPrefix(second) == true)
    }
    for number in 0..<5 { _ = try folder.file("c/other-\(number).txt", SmallTexts.text(number)) }
    try Self.run(folder, "c-run", "{pack: gopher-quality}", "c")
    let text = try Program.run(["diff", "a-run", "c-run"], in: folder.path)
    #expect(text.status == 0 && text.output.contains("no document is in both runs"))
    try Self.run(folder, "s-run", "{pack: gopher-quality}", "a", "--sample", "50%")
    let sampled = try Program.run(["diff", "a-run", "s-run"], in: folder.path)
    #expect(sampled.output.contains("A read the whole and B 50% of a corpus"))
  }

  @Test("a run that is not finished is compared as far as it goes, and that is said")
  func unfinished() throws {
    let folder = try Self.folder()
    try Self.run(folder, "r", "{pack: gopher-quality}")
    try Self.run(folder, "u", "{pack: gopher-quality}")
    try Folder.remove(folder.path + "/u/" + ShardsRecord.path)
    let noShards = try Program.run(["diff", "r", "u"], in: folder.path)
    #expect(noShards.status == 0 && noShards.output.contains("B has no shards yet"))
    try Folder.remove(folder.path + "/u/decisions")
    try Folder.remove(folder.path + "/u/" + SettingsRecord.path)
    _ = try folder.file("u.yaml", Self.recipe("{pack: language}"))
    let undecided = try Program.run(["diff", "r", "u"], in: folder.path)
    #expect(undecided.status == 0, "\(undecided.errors)")
    #expect(undecided.output.contains("B has not decided on its documents"))
    #expect(undecided.output.contains("B did not record its settings"))
    #expect(undecided.output.contains("69 documents in both"))
    // Columns that are damaged are a fault that names them.
    let columns = folder.path + "/u/columns/00000.columns"
    let bytes = try InputFile.bytes(columns)
    try Data(bytes.prefix(bytes.count / 2)).write(to: URL(filePath: columns))
    let damaged = try Program.run(["diff", "r", "u"], in: folder.path)
    #expect(damaged.status == 2 && damaged.errors.contains("00000.columns"))
  }

  @Test(
    "what is no run exits with 2",
    arguments: [
      (["none", "none"], "expected  a run's folder"),
      (["file", "folder"], "expected  a run's folder"),
      (["folder", "folder"], "there is no run with documents in 'folder'"),
      (["folder"], "Missing expected argument '<run-b>'"),
      (["folder", "folder", "--examples", "-1"], "--examples"),
      (["folder", "folder", "--examples", "5000"], "is not a number from 0 to 1000"),
    ])
  func wrong(arguments: [String], message: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("file", "")
    _ = try folder.file("folder/a.txt", "")
    let result = try Program.run(["diff"] + arguments, in: folder.path)
    #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
    #expect(result.output.isEmpty)
  }
}
