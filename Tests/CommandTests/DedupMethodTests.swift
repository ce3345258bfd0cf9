import Foundation
import TestFolders
import Testing

/// What all methods of `midstream dedup` have in common: stages, results, cards, reports.
@Suite struct DedupMethodTests {
  private static let stages = [
    "exact": ["sign", "equal", "select", "write", "finish"],
    "minhash": [
      "sign", "equal", "match", "bin", "sets", "verify", "select", "write", "finish",
    ],
    "paragraph": ["hash", "match", "select", "write", "finish"],
    "substring": ["text", "match", "select", "holders", "write", "finish"],
  ]
  private static let notice =
    "All rights to this page are kept by its owner, who asks you to write before you copy any "
    + "of it, at least a week ahead."

  /// Three inputs of two sources; each document repeats a notice, and some are copies.
  private func inputs() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in 0..<3 {
      let lines = try (0..<6).map { index -> String in
        let text = SmallTexts.text((file * 4 + index) % 12) + "\n\n" + Self.notice
        let source = ["web", "books"][index % 2]
        let fields = ["id": "\(file)-\(index)", "text": text, "source": source]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(fields), as: UTF8.self) + "\n"
      }
      _ = try folder.file("in/\(file).jsonl", lines.joined())
    }
    return folder
  }

  @Test("stage by stage, each call says what comes next and all write what one call writes")
  func stages() throws {
    let folder = try inputs()
    for (method, stages) in Self.stages {
      let base = ["dedup", "--input", "in", "--method", method, "--quiet", "--output"]
      let whole = try Program.run(base + ["\(method)-whole", "--json"], in: folder.path)
      #expect(whole.status == 0, "\(whole.errors)")
      #expect(try whole.object()["stages"] as? [String] == stages)
      for (place, stage) in stages.enumerated() {
        for task in 0..<2 {
          let share = try Program.run(
            base + [method, "--stage", stage, "--task", "\(1 - task)", "--tasks", "2"],
            in: folder.path)
          #expect(share.status == 0, "\(method) \(stage): \(share.errors)")
          if stage == "finish" {
            #expect(share.output.contains(task == 0 ? "missing: 1 share, --task 0" : "kept"))
          } else if task == 1 {
            #expect(share.output.contains("next: --stage \(stages[place + 1])"), "\(share.output)")
          }
        }
      }
      #expect(
        try folder.contents(of: method, without: ["README.md"])
          == folder.contents(of: "\(method)-whole", without: ["README.md"]), "\(method)")
      let early = try Program.run(
        base + ["early-\(method)", "--stage", "write"], in: folder.path)
      #expect(early.status == 2 && early.errors.contains("stage '\(stages[0])' is not complete"))
      let wrong = try Program.run(base + ["wrong", "--stage", "selct"], in: folder.path)
      #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'select'?"))
      let absent = try Program.run(base + ["wrong", "--stage", "bloom"], in: folder.path)
      #expect(absent.errors.contains("there is no stage 'bloom' in this work"), "\(absent.errors)")
    }
  }

  @Test("a stage alone says the same as JSON")
  func stageJSON() throws {
    let folder = try inputs()
    let base = ["dedup", "--input", "in", "--output", "u", "--quiet", "--json", "--stage", "sign"]
    let first = try Program.run(base + ["--task", "0", "--tasks", "3"], in: folder.path).object()
    #expect(first["tasks"] as? Int == 3 && first["done"] as? Int == 1)
    #expect(first["missing"] as? [Int] == [1, 2] && first["next"] == nil)
    let rest = try Program.run(base, in: folder.path).object()
    #expect(rest["done"] as? Int == 3 && rest["next"] as? String == "equal")
  }

  @Test("unfinished work of another method is not thrown away")
  func otherMethod() throws {
    let folder = try inputs()
    let base = ["dedup", "--input", "in", "--output", "u", "--quiet"]
    #expect(try Program.run(base + ["--stage", "sign"], in: folder.path).status == 0)
    let other = try Program.run(base + ["--method", "line"], in: folder.path)
    #expect(other.status == 2 && other.errors.contains("--method minhash"), "\(other.errors)")
    #expect(folder.has("u/records/sign/00000.json"))
    let anew = try Program.run(base + ["--method", "line", "--overwrite"], in: folder.path)
    #expect(anew.status == 0, "\(anew.errors)")
    #expect(!folder.has("u/records/sign") && !folder.has("u/work"))
  }

  @Test("the result has the same fields for every method, the card the settings")
  func results() throws {
    let folder = try inputs()
    let settings = [
      "exact": ["keep": "first"],
      "minhash": ["bands": "14", "rows": "8", "ngram": "5", "similarity": "0.8", "verify": "yes"],
      "paragraph": ["segment-words": "8", "copies": "1", "least-words": "20", "scope": "corpus"],
      "substring": ["minimum-bytes": "100", "remove": "repeats"],
    ]
    for (method, expected) in settings {
      let result = try Program.run(
        ["dedup", "--input", "in", "--method", method, "--json", "--quiet", "--output", method],
        in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      let record = try result.object()
      #expect(try folder.text("\(method)/records/dedup.json") == result.output)
      #expect(record["method"] as? String == method && record["documents"] as? Int == 18)
      let amounts = ["kept", "removed", "bytes", "keptBytes", "removedBytes"].map {
        record[$0] as? Int ?? -1
      }
      #expect(amounts[0] + amounts[1] == 18 && amounts[2] == amounts[3] + amounts[4])
      #expect(amounts[4] > 0, "\(method)")
      let sources = try #require(record["bySource"] as? [String: [String: Int]])
      #expect(sources.keys.sorted() == ["books", "web"])
      #expect(sources.values.reduce(0) { $0 + ($1["kept"] ?? 0) } == amounts[0])
      #expect(record["notes"] is [String] && record["problems"] is [String: Int])
      let isOfParts = ["paragraph", "substring"].contains(method)
      #expect((record["clusters"] is Int) == !isOfParts && (record["edited"] is Int) == isOfParts)
      let listed = try #require(record["settings"] as? [String: String])
      let card = try folder.text("\(method)/README.md")
      #expect(card.contains("| method | \(method) |"), "\(card)")
      for (name, value) in expected {
        #expect(listed[name] == value, "\(listed)")
        #expect(card.contains("| \(name) | \(value) |"), "\(card)")
      }
    }
  }

  @Test("report shows what parts and substrings were cut out")
  func report() throws {
    let folder = try inputs()
    for method in ["paragraph", "line", "substring"] {
      let made = try Program.run(
        ["dedup", "--input", "in", "--method", method, "--quiet", "--output", method],
        in: folder.path)
      #expect(made.status == 0, "\(made.errors)")
      let report = try Program.run(["report", method], in: folder.path)
      #expect(report.status == 0 && report.errors.isEmpty, "\(report.errors)")
      #expect(report.output.contains("Without duplicates"), "\(report.output)")
      #expect(report.output.contains("books") && report.output.contains("All rights to this page"))
      let page = try folder.text("\(method)/report.html")
      for text in ["id=\"repeats\"", "Most frequent", "All rights to this", "by their length"] {
        #expect(page.contains(text), "\(text)")
      }
      let json = try Program.run(["report", method, "--json"], in: folder.path).object()
      #expect((json["repeats"] as? [String: Any])?["part"] as? String == method)
    }
  }

  @Test("a passage is named once, whatever windows of it are frequent")
  func shifted() throws {
    let folder = try TemporaryFolder()
    let passage = (0..<12).map { "Word number \($0) of the passage stands here." }
      .joined(separator: " ")
    let other = (0..<4).map { "Quite another thing \($0) is said now." }.joined(separator: " ")
    // Parts of the passage that begin and end anywhere: its windows stand first in many places.
    let texts = (0..<30).map { index -> String in
      let start = passage.index(passage.startIndex, offsetBy: index * 7 % 230)
      return "é\(index) \(SmallTexts.text(index, sentences: 2))\n" + passage[start...].prefix(300)
        + "\n\(index) end" + (index % 3 == 0 ? "\n" + other : "")
    }
    _ = try folder.file("a.jsonl", SmallTexts.lines(texts))
    let result = try Program.run(
      [
        "dedup", "--input", "a.jsonl", "--method", "substring", "--minimum-bytes", "60",
        "--output", "u", "--json", "--quiet",
      ], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let repeated = try #require(result.object()["repeated"] as? [[String: Any]])
    let excerpts = repeated.compactMap { $0["excerpt"] as? String }
    #expect(excerpts.count { $0.contains("of the passage") } == 1, "\(excerpts)")
    #expect(excerpts.count { $0.contains("another thing") } == 1, "\(excerpts)")
    #expect(repeated.first?["copies"] as? Int ?? 0 > 10)
    #expect(!excerpts.contains { $0.contains("\u{FFFD}") })
  }

  @Test("head shows the spans as rows")
  func head() throws {
    let folder = try inputs()
    _ = try Program.run(
      ["dedup", "--input", "in", "--method", "paragraph", "--quiet", "--output", "u"],
      in: folder.path)
    let rows = try Program.run(
      ["head", "u/spans/00001.columns", "--documents", "2"], in: folder.path)
    #expect(rows.status == 0, "\(rows.errors)")
    let lines = rows.output.split(separator: "\n")
    #expect(lines.count == 4, "\(rows.output)")
    #expect(lines[0].hasPrefix("u/spans/00001.columns: ") && lines[0].hasSuffix("rows"))
    for name in ["ordinal", "start", "end", "kept_task"] { #expect(lines[1].contains(name)) }
    let json = try Program.run(
      ["head", "u/spans/*.columns", "--documents", "1", "--json"], in: folder.path)
    #expect(json.output.split(separator: "\n").count == 3)
    #expect(json.output.hasPrefix("{\"ordinal\":1,\"start\":"), "\(json.output)")
    _ = try folder.file("bad.columns", "nothing")
    let bad = try Program.run(["head", "bad.columns"], in: folder.path)
    #expect(bad.status == 2, "\(bad.errors)")
    let mixed = try Program.run(["head", "bad.columns", "in/0.jsonl"], in: folder.path)
    #expect(mixed.status == 2 && mixed.errors.contains("is no file of columns"))
  }

  @Test("the help begins with what is read and written")
  func help() throws {
    let result = try Program.run(["dedup", "--help"], environment: ["COLUMNS": "80"])
    let places = [
      "--input <path>", "--output <dir>", "--method <method>", "--similarity", "--keep <rule>",
      "--segment-words", "--minimum-tokens", "--index", "--memory", "--json",
    ].compactMap { name in result.output.range(of: "\n  " + name)?.lowerBound }
    #expect(places.count == 10 && places == places.sorted(), "\(result.output)")
  }

  @Test("examples of the help can be pasted", arguments: ["dedup", "decontaminate"])
  func examples(command: String) throws {
    let result = try Program.run([command, "--help"], environment: ["COLUMNS": "80"])
    let examples =
      result.output.components(separatedBy: "EXAMPLE\n").last?
      .components(separatedBy: "\n\n").first ?? ""
    var isContinued = false
    for line in examples.split(separator: "\n") {
      #expect(isContinued || line.hasPrefix("  midstream "), "\(line)")
      isContinued = line.hasSuffix("\\")
    }
    #expect(!isContinued)
  }
}
