import Foundation
import TestFolders
import Testing

/// `midstream curate` with its columns: what is decided again from them is what a run from the texts
/// decides.
@Suite struct CurateTests {
  /// Texts that meet the quality rules and texts that fail them in several ways.
  private static func documents(_ count: Int) throws -> String {
    try SmallTexts.lines(
      (0..<count).map { number in
        switch number % 5 {
        case 0: SmallTexts.text(number, sentences: 1 + number % 7)
        case 1: "12 34 56 \(number) # # # ..."
        default: SmallTexts.text(number)
        }
      })
  }

  private static func curate(
    _ folder: TemporaryFolder, _ output: String, _ more: [String] = [],
    filter: [String] = ["gopher-repetition", "gopher-quality"], threads: Int = 2
  ) throws -> Program.Result {
    try Program.run(
      ["curate", "--input", "a.jsonl", "b.jsonl", "--filter"] + filter
        + ["--output", output, "--threads", "\(threads)", "--json"] + more, in: folder.path)
  }

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("a.jsonl", try documents(60))
    _ = try folder.file("b.jsonl", try documents(7))
    return folder
  }

  /// The files under a folder whose bytes must agree, by their names in it.
  private static func bytes(
    _ folder: TemporaryFolder, _ root: String, _ parts: [String]
  ) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for part in parts {
      let base = URL(filePath: folder.path).appending(path: "\(root)/\(part)")
      for name in try FileManager.default.contentsOfDirectory(atPath: base.path) {
        found["\(part)/\(name)"] = try Data(contentsOf: base.appending(path: name))
      }
    }
    return found
  }

  @Test("deciding again by another condition equals a run from the texts, byte for byte")
  func decideAgain() throws {
    let folder = try Self.folder()
    #expect(try Self.curate(folder, "first").status == 0)
    let change = ["--set", "gopher-quality.gopher_short_doc=word_count < 30"]
    let again = try Program.run(
      ["curate", "--redecide", "--output", "first", "--json"] + change, in: folder.path)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try Self.curate(folder, "second", change).status == 0)
    let parts = ["decisions", "records"]
    let fromColumns = try Self.bytes(folder, "first/redecided", parts)
    #expect(fromColumns.count == 4)
    #expect(try fromColumns == Self.bytes(folder, "second", parts))
    #expect(try fromColumns != Self.bytes(folder, "first", parts))
    let summary = try again.object()
    let before = try Program.run(
      ["curate", "--redecide", "--output", "first", "--json"], in: folder.path
    ).object()
    let broughtBack = try #require(summary["broughtBack"] as? Int)
    #expect(broughtBack > 0 && summary["newlyRemoved"] as? Int == 0)
    let kept = try #require(summary["kept"] as? Int)
    #expect(kept == (before["kept"] as? Int ?? 0) + broughtBack)
    #expect(before["broughtBack"] as? Int == 0)
  }

  @Test("the folder has the same bytes for one thread and for two")
  func threads() throws {
    let folder = try Self.folder()
    for threads in [1, 2] {
      #expect(try Self.curate(folder, "t\(threads)", threads: threads).status == 0)
    }
    let parts = ["kept", "removed", "signals", "decisions", "records"]
    let one = try Self.bytes(folder, "t1", parts)
    #expect(one.count == 10)
    #expect(try one == Self.bytes(folder, "t2", parts))
    #expect(try folder.read("t1/curate.json") == folder.read("t2/curate.json"))
  }

  @Test("what needs the texts again is named, rule by rule, and nothing is written")
  func needsTexts() throws {
    let folder = try Self.folder()
    #expect(try Self.curate(folder, "c").status == 0)
    let result = try Program.run(
      ["curate", "--redecide", "--output", "c", "--filter", "gopher-quality", "source-code"],
      in: folder.path)
    #expect(result.status == 2)
    #expect(result.errors.contains("rule 'source-code/code_too_short' needs the texts again"))
    #expect(result.errors.contains("'byte_count' was not measured"))
    #expect(!folder.has("c/redecided"))
  }

  @Test("kept documents have the edited text, removed ones the text as it came")
  func edits() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "pack.yaml",
      """
      name: newlines
      version: 1
      paper: none
      description: few newlines
      steps:
        - edit: collapse_newlines
          most: 1
        - measurements: [line_count]
          rules:
            - {id: one_line, fails_when: line_count < 2}
      """)
    _ = try folder.file("a.jsonl", try SmallTexts.lines(["one\n\n\ntwo", "only\n\n\n"]))
    let result = try Program.run(
      ["curate", "--input", "a.jsonl", "--filter", "./pack.yaml", "--output", "c"],
      in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.text("c/kept/00000.jsonl.zst").contains(#""text":"one\ntwo""#))
    let removed = try folder.text("c/removed/00000.jsonl.zst")
    #expect(removed.contains(#""text":"only\n\n\n""#))
    #expect(
      removed.contains(
        #""failed":[{"pack":"newlines","rule":"one_line","fails_when":"line_count < 2","#
          + #""values":{"line_count":1}}]"#))
    let other = try folder.file(
      "other.yaml",
      try folder.text("pack.yaml").replacing("most: 1", with: "most: 2"))
    let again = try Program.run(
      ["curate", "--redecide", "--output", "c", "--filter", other], in: folder.path)
    #expect(again.status == 2)
    #expect(again.errors.contains("after other edits"))
  }

  @Test("without signals documents are as they came; the columns have them all the same")
  func noSignals() throws {
    let folder = try Self.folder()
    #expect(try Self.curate(folder, "c", ["--no-signals"]).status == 0)
    #expect(try !folder.text("c/kept/00000.jsonl.zst").contains("word_count"))
    #expect(try folder.text("c/removed/00000.jsonl.zst").contains("\"failed\":[{"))
    #expect(folder.has("c/signals/00001-0000.columns"))
  }

  @Test("tokens are counted by the user's tokenizer, for all rules")
  func tokens() throws {
    let folder = try Self.folder()
    let trained = try Program.run(
      ["tokenizer", "train", "--input", "a.jsonl", "--vocabulary", "300", "--output", "t"],
      in: folder.path)
    #expect(trained.status == 0, "\(trained.errors)")
    let summary = try Self.curate(folder, "c", ["--tokenizer", "t"]).object()
    let kept = try #require(summary["keptTokens"] as? Int)
    let shards = try Program.run(
      ["tokenize", "--input"]
        + ["c/kept/00000.jsonl.zst", "c/kept/00001.jsonl.zst", "--tokenizer", "t"]
        + ["--output", "s", "--json"], in: folder.path
    ).object()
    let documents = try #require(summary["kept"] as? Int)
    // Shards close each document with a token of their own.
    #expect(shards["tokens"] as? Int == kept + documents)
    let rules = try #require(summary["rules"] as? [[String: Any]])
    #expect(rules.contains { ($0["tokens"] as? Int ?? 0) > 0 })
  }

  @Test(
    "wrong conditions are named with pack, rule and the nearest name",
    arguments: [
      ("gopher-quality.gopher_shrt_doc=word_count < 3", "did you mean 'gopher_short_doc'?"),
      ("gopher-qualty.gopher_short_doc=word_count < 3", "did you mean 'gopher-quality'?"),
      ("gopher-quality.gopher_short_doc=word_cont < 3", "rename it to 'word_count'"),
      ("gopher-quality.gopher_short_doc", "expected  PACK.RULE=CONDITION"),
      ("gopher-quality.gopher_short_doc=word_count", "a rule needs a condition"),
    ])
  func wrongConditions(condition: String, message: String) throws {
    let folder = try Self.folder()
    let result = try Self.curate(folder, "c", ["--set", condition])
    #expect(result.status == 2)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!folder.has("c"))
  }

  @Test("there is nothing to decide again where nothing was curated")
  func nothing() throws {
    let folder = try Self.folder()
    _ = try folder.file("empty/x", "")
    let result = try Program.run(
      ["curate", "--redecide", "--output", "empty"], in: folder.path)
    #expect(result.status == 2)
    #expect(result.errors.contains("there is nothing to decide again in 'empty'"))
  }
}
