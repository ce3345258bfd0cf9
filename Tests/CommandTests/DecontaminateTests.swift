import Foundation
import TestFolders
import Testing

/// `midstream decontaminate` as people call it.
@Suite struct DecontaminateTests {
  private static let question =
    "How many green bottles are left standing on the old wall after seven of ten fell down?"
  private static let evaluation = """
    {"question":"\(question)","answer":"Ten bottles less seven are three.\\n#### 3"}
    {"question":"Which river flows through both Prague and Dresden on its way to the sea?","answer":"Elbe"}
    {"question":"","answer":""}

    """

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let clean = SmallTexts.text(0)
    let dirty =
      SmallTexts.text(1) + "\n\n" + Self.question.uppercased() + "\n\n" + SmallTexts.text(2)
    _ = try folder.file("docs.jsonl", SmallTexts.lines([clean, dirty, "", "one"]))
    _ = try folder.file("gsm8k_test.jsonl", Self.evaluation)
    return folder
  }

  private func run(_ arguments: [String], in folder: TemporaryFolder) throws -> Program.Result {
    try Program.run(
      [
        "decontaminate", "--input", "docs.jsonl", "--against", "gsm8k_test.jsonl", "--output",
        "out",
      ]
        + arguments, in: folder.path)
  }

  @Test("a contaminated document goes, and both sides are listed")
  func document() throws {
    let folder = try folder()
    let result = try run(["--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let summary = try result.object()
    #expect(summary["removed"] as? Int == 1 && summary["contaminated"] as? Int == 1)
    let removed = try folder.text("out/removed/00000.jsonl.zst")
    #expect(removed.hasPrefix("{\"id\":\"doc-1\""))
    #expect(removed.contains("decontamination/evaluation-item: 100% of the question of gsm8k"))
    let found = try folder.text("out/contaminated.jsonl")
    #expect(found.hasPrefix("{\"document\":\"doc-1\",\"set\":\"gsm8k\""))
    #expect(found.contains("\"part\":\"question\",\"share\":1.0"))
    #expect(found.contains("HOW MANY GREEN BOTTLES"))
    let items = try folder.text("out/items.jsonl")
    #expect(items.split(separator: "\n").count == 1)
    #expect(items.contains("\"documents\":[\"doc-1\"]") && items.contains("gsm8k_test.jsonl:1"))
    let record = try folder.text("out/records/contamination.json")
    #expect(record.contains("\"touched\" : 1") && record.contains("\"emptyRows\" : 1"))
    let report = try Program.run(["report", "out"], in: folder.path)
    #expect(report.status == 0 && report.output.contains("gsm8k"), "\(report.errors)")
    let page = try folder.text("out/report.html")
    #expect(page.contains("id=\"contamination\"") && page.contains("Worst items"))
  }

  @Test("the passage is cut out and the rest stays, unless too little would be left")
  func passage() throws {
    let folder = try folder()
    let result = try run(["--action", "passage", "--keep-share", "0.1", "--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.object()["cut"] as? Int == 1)
    let kept = try folder.text("out/kept/00000.jsonl.zst")
    #expect(kept.contains("doc-1") && !kept.contains("GREEN BOTTLES"))
    #expect(try folder.text("out/contaminated.jsonl").contains("\"cut\":["))
    let strict = try run(
      ["--action", "passage", "--keep-share", "1", "--overwrite", "--json"], in: folder)
    #expect(try strict.object()["removed"] as? Int == 1)
    #expect(try folder.text("out/removed/00000.jsonl.zst").contains("would be left without it"))
  }

  @Test("a report changes nothing, and is the same for any number of threads")
  func report() throws {
    let folder = try folder()
    let result = try run(["--action", "report", "--threads", "1"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("gsm8k: 2 items; question=question, answer=answer"))
    #expect(result.output.contains("1 row without a part"))
    #expect(!folder.has("out/kept"))
    let one = try folder.text("out/contaminated.jsonl") + folder.text("out/items.jsonl")
    _ = try run(["--action", "report", "--threads", "3", "--overwrite"], in: folder)
    #expect(try folder.text("out/contaminated.jsonl") + folder.text("out/items.jsonl") == one)
  }

  @Test("with tokens the same document goes, for any number of threads, and the record says so")
  func tokens() throws {
    let folder = try folder()
    let texts = (0..<40).map { SmallTexts.text($0) + ($0 % 7 == 3 ? "\n" + Self.question : "") }
    _ = try folder.file("docs.jsonl", SmallTexts.lines(texts))
    let made = try Program.run(
      [
        "tokenizer", "train", "--input", "docs.jsonl", "--vocabulary", "400", "--output",
        "tokenizer",
      ], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    let options = ["--unit", "token", "--tokenizer", "tokenizer", "--words", "10"]
    let result = try run(options + ["--threads", "1", "--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.object()["removed"] as? Int == 6)
    let names = ["out/contaminated.jsonl", "out/items.jsonl", "out/records/contamination.json"]
    let one = try names.map { try folder.text($0) }
    #expect(one[2].contains("runs of 10 tokens, 80% of a part"))
    #expect(one[0].contains("\"passage\":\"\(Self.question.dropLast())\""))
    _ = try run(options + ["--threads", "3", "--overwrite"], in: folder)
    #expect(try names.map { try folder.text($0) } == one)
  }

  @Test(
    "wrong settings and files are said in the user's terms",
    arguments: [
      (["--share", "0.9"], "--overlap"), (["--overlap", "0"], "'--overlap 0.0'"),
      (["--words", "1"], "'--words 1'"), (["--fields", "question=questoin"], "did you mean"),
      (["--fields", "quest=question"], "unknown part"),
      (["--answer-words", "2"], "'--answer-words 2'"),
      (["--unit", "token"], "'--unit token' needs '--tokenizer <path>'"),
      (["--tokenizer", "t"], "'--tokenizer' is for '--unit token'"),
      (["--unit", "token", "--tokenizer", "nowhere"], "nowhere"),
    ])
  func wrong(arguments: [String], message: String) throws {
    let folder = try folder()
    let result = try run(arguments, in: folder)
    #expect(result.status == 2)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(!folder.has("out/contaminated.jsonl"))
  }

  @Test("items are called by the shortest tail of their file, and the card has the settings")
  func names() throws {
    let folder = try folder()
    for name in ["a/test.jsonl", "b/test.jsonl"] { _ = try folder.file(name, Self.evaluation) }
    let result = try Program.run(
      [
        "decontaminate", "--input", "docs.jsonl", "--output", "out", "--overlap", "0.9",
        "--against", folder.path + "/a/test.jsonl", "other=" + folder.path + "/b/test.jsonl",
        folder.path + "/gsm8k_test.jsonl",
      ], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("1 of 3 documents is contaminated"), "\(result.output)")
    #expect(result.output.contains("1 of 2 items stands in documents"))
    let items = try folder.text("out/items.jsonl")
    for item in ["a/test.jsonl:1", "b/test.jsonl:1", "gsm8k_test.jsonl:1"] {
      #expect(items.contains("\"item\":\"\(item)\""), "\(items)")
    }
    #expect(!(try folder.text("out/contaminated.jsonl")).contains(folder.path))
    let card = try folder.text("out/README.md")
    for line in ["| method | ngram |", "| words | 8 |", "| overlap | 0.9 |"] {
      #expect(card.contains(line), "\(card)")
    }
    #expect(card.contains("gsm8k (gsm8k\\_test.jsonl, 2 items)"), "\(card)")
  }
}
