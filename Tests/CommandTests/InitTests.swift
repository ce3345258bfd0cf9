import Foundation
import Streams
import TestFolders
import Testing

/// `midstream init` on folders of which everything is known.
@Suite struct InitTests {
  private static func records(_ count: Int, _ make: (Int) -> [String: Any]) throws -> String {
    try (0..<count).map {
      String(
        decoding: try JSONSerialization.data(withJSONObject: make($0), options: [.sortedKeys]),
        as: UTF8.self) + "\n"
    }.joined()
  }

  /// Runs the recipe as it is; the documents that it read.
  private static func run(_ folder: TemporaryFolder, _ recipe: String = "recipe.yaml") throws
    -> String
  {
    let result = try Program.run(
      ["run", recipe, "--output", "r", "--quiet"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    return try Folder.files(under: folder.path + "/r/documents").map {
      try folder.text("r/documents/" + $0)
    }
    .joined()
  }

  @Test("fields of other names are found, the recipe maps them, and run takes it as it is")
  func fields() throws {
    let folder = try TemporaryFolder()
    for file in 0..<3 {
      let lines = try Self.records(60) { number in
        let place = file * 60 + number
        return [
          "content": SmallTexts.text(place), "title": "About \(place % 7)", "dataset": "web",
          "meta": ["doc_id": place + 1000, "url": "https://example.org/\(place)"],
        ]
      }
      _ = try folder.file("texts/part-\(file).jsonl", lines)
    }
    let result = try Program.run(["init", "texts", "--json"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let survey = try #require(try result.object()["survey"] as? [String: Any])
    let choice = try #require(survey["fields"] as? [String: Any])
    let names = (choice["fields"] as? [[String: Any]] ?? []).map {
      "\($0["field"] ?? "")=\($0["name"] ?? "")"
    }
    #expect(
      names == [
        "text=content", "id=meta.doc_id", "url=meta.url", "source=dataset", "metadata=meta",
      ])
    let texts = try #require(survey["texts"] as? [String: Any])
    #expect(texts["documents"] as? Int == 180 && texts["english"] as? Int == 180)
    let whole = try (0..<3).reduce(0) { try $0 + folder.read("texts/part-\($1).jsonl").count }
    let estimated = survey["estimatedTextBytes"] as? Int ?? 0
    #expect(estimated < whole && estimated > whole * 3 / 4)
    let recipe = try folder.text("recipe.yaml")
    for line in [
      "text: content   # a string in 180 of 180 records",
      "id: meta.doc_id   # in all 180 records, all different",
      "# 180 of 180 texts of prose are surely English",
      "# no text looks like source code: the pack 'source-code' is left out",
      "# no training:",
    ] {
      #expect(recipe.contains(line), "\(recipe)")
    }
    let read = try Self.run(folder)
    #expect(read.contains("\"id\":\"10") && read.contains("\"source\":\"web\""))
    #expect(read.contains("https://example.org/"))
  }

  @Test("columns of tables are told apart as fields are", arguments: ["csv", "tsv"])
  func tables(format: String) throws {
    let folder = try TemporaryFolder()
    let separator = format == "csv" ? "," : "\t"
    let rows = (0..<40).map { number in
      [
        "\(number)", "a \(number % 3)", "\"\(SmallTexts.text(number))\"",
        "https://example.org/\(number)",
      ].joined(separator: separator) + "\n"
    }
    let header = ["key", "subset", "Body", "url"].joined(separator: separator) + "\n"
    _ = try folder.file("t/rows.\(format)", header + rows.joined())
    let result = try Program.run(["init", "t"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let recipe = try folder.text("recipe.yaml")
    for line in ["text: Body ", "id: key ", "url: url ", "source: subset "] {
      #expect(recipe.contains(line), "\(recipe)")
    }
    let read = try Self.run(folder)
    #expect(read.contains("\"id\":\"7\"") && read.contains("https://example.org/7"))
  }

  @Test("a table whose columns are empty, and a line without an end, are looked at in part only")
  func sparse() throws {
    let folder = try TemporaryFolder()
    let columns = (0..<8).map { "c\($0)" }.joined(separator: ",") + ",body\n"
    let empty = String(repeating: ",", count: 8)
    let rows = (0..<300).map { "\(empty)\"\(SmallTexts.text($0))\"\n" }.joined()
    let rest = String(repeating: "\(empty)x\n", count: 400_000)
    _ = try folder.file("m/sparse.csv", columns + rows + rest)
    let spaces = try [UInt8](repeating: 0x20, count: 16 << 20).withUnsafeBytes {
      try Zstd.compress($0)
    }
    try Data(spaces).write(to: URL(filePath: folder.path + "/m/SPACES.JSONL.ZST"))
    let start = ContinuousClock.now
    let result = try Program.run(["init", "m"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(try folder.text("recipe.yaml").contains("text: body "))
  }

  @Test("what cannot be read of a long file is counted, but not the line that was cut")
  func counts() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: SmallTexts.text(1) + " ", count: 40)
      .replacing("\n", with: " ").replacing("\"", with: "")
    let long = (0..<10).map { "{\"text\":\"\($0) \(text)\"}\n" }.joined()
    let count = 5_000_000 / (long.utf8.count + 10) + 1
    _ = try folder.file(
      "m/a.jsonl",
      String(repeating: "not json\n", count: 12) + (0..<count).map { _ in long }.joined())
    let result = try Program.run(["init", "m"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("12 in the sample"), "\(result.output)")
  }

  @Test("a mixed folder: formats, code, languages and what cannot be read are told apart")
  func mixed() throws {
    let folder = try TemporaryFolder()
    for number in 0..<20 {
      _ = try folder.file("m/\(number).html", "<p>\(SmallTexts.text(number))</p>")
      _ = try folder.file(
        "m/src/\(number).py",
        (0..<9).map { "def f\($0)(a, b):\n    return a[\($0)] + b * \(number)\n" }.joined())
    }
    _ = try folder.file("m/copy.html", "<p>\(SmallTexts.text(0))</p>")
    _ = try folder.file("m/evil\nname.md", SmallTexts.text(50))
    _ = try folder.file("m/picture.png", "?")
    _ = try folder.file("m/LICENSE", "?")
    _ = try folder.file("m/empty.txt", "")
    _ = try folder.file("m/broken.jsonl", "{\"text\": \"a\"}\nnot json\n")
    try Data([0x1f, 0x8b, 8]).write(to: URL(filePath: folder.path + "/m/cut.html.gz"))
    let result = try Program.run(["init", "m/", "--output", "out/m.yaml"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    for text in [
      "'.png' says no format that is read", "a name without an ending", "empty files",
      "cut.html.gz", "broken.jsonl:2", "1 equal to an earlier one", "out/m.yaml is written",
    ] {
      #expect(result.output.contains(text), "\(text) in \(result.output)")
    }
    let recipe = try folder.text("out/m.yaml")
    #expect(recipe.contains("{pack: source-code, domains: [code]}   # 20 of 43 texts"))
    #expect(recipe.contains("#   .py: 20 files"))
    let read = try Self.run(folder, "out/m.yaml")
    #expect(read.contains("own/src/1.py") && read.contains("own/1.html"))
  }

  @Test("texts of another language leave the English packs out")
  func german() throws {
    let folder = try TemporaryFolder()
    let text = """
      Der Fluss erzählt die lange Geschichte des Tales, und der alte Gärtner beschreibt, was die \
      Leute über das Wetter geschrieben haben. Niemand weiß heute noch, wann die Brücke gebaut \
      wurde, aber in den Briefen der Stadt steht, dass sie älter als die Kirche sein muss.
      """
    for number in 0..<12 {
      _ = try folder.file("d/\(number).txt", text + " Das ist der Absatz Nummer \(number).")
    }
    #expect(try Program.run(["init", "d"], in: folder.path).output.contains("de 12"))
    let recipe = try folder.text("recipe.yaml")
    #expect(recipe.contains("# 0 of 12 texts of prose are surely English (de 12):"))
    #expect(!recipe.contains("pack: language") && recipe.contains("pack: gopher-repetition"))
    _ = try Self.run(folder)
  }

  @Test("enough text gets a training section that runs when its marks are removed")
  func training() throws {
    let folder = try TemporaryFolder()
    let texts = (0..<2500).map { SmallTexts.text($0, sentences: 10) }
    _ = try folder.file("docs.jsonl", try SmallTexts.lines(texts))
    #expect(try Program.run(["init", "docs.jsonl"], in: folder.path).status == 0)
    let recipe = try folder.text("recipe.yaml")
    #expect(recipe.contains("name: docs\n") && recipe.contains("# training:"))
    let trained = recipe.split(separator: "\n").map { line in
      line.hasPrefix("# training:") || line.hasPrefix("#   ") && recipe.contains("\n\(line)\n")
        ? line.dropFirst(2) : line[...]
    }
    // The list of files at the top is a comment too, and stays one.
    let head = trained.prefix(while: { !$0.hasPrefix("name:") }).map { "# \($0)" }
    _ = try folder.file(
      "trained.yaml",
      (head.map { $0[...] } + trained.drop(while: { !$0.hasPrefix("name:") })).joined(
        separator: "\n"))
    let plan = try Program.run(["run", "trained.yaml", "--dry-run"], in: folder.path)
    #expect(plan.status == 0 && plan.output.contains("train      base"), "\(plan.errors)")
  }

  @Test("a recipe is never overwritten unasked; names that are no YAML words are quoted")
  func overwrite() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("my: texts #1/a.txt", SmallTexts.text(1))
    _ = try folder.file("recipe.yaml", "mine")
    let refused = try Program.run(["init", "my: texts #1"], in: folder.path)
    #expect(refused.status == 2 && refused.errors.contains("'recipe.yaml' is there already"))
    #expect(try folder.text("recipe.yaml") == "mine" && refused.output.isEmpty)
    #expect(
      try Program.run(["init", "my: texts #1", "--overwrite"], in: folder.path).status == 0)
    let recipe = try folder.text("recipe.yaml")
    #expect(recipe.contains("path: \"my: texts #1\"") && recipe.contains("name: my-texts-1"))
    _ = try Self.run(folder)
  }

  @Test(
    "what is no folder of texts exits with 2 and says why",
    arguments: [
      ("nowhere", "cannot read 'nowhere'"), ("text", "did you mean 'texts'?"),
      ("empty", "there is no file in 'empty'"),
      ("pictures", "2 files: '.png' says no format that is read"),
      ("numbers", "without a field that could be the text"), ("hollow", "empty files"),
    ])
  func wrong(name: String, message: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("texts/a.txt", "a")
    _ = try folder.file("pictures/a.png", "?")
    _ = try folder.file("pictures/b.png", "?")
    _ = try folder.file("numbers/a.jsonl", "{\"a\": 1}\n{\"a\": 2}\n")
    _ = try folder.file("hollow/a.txt", "")
    try Folder.create(folder.path + "/empty")
    let result = try Program.run(["init", name], in: folder.path)
    #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
    #expect(!folder.has("recipe.yaml") && result.output.isEmpty)
  }

  @Test(
    "fields of a recipe are checked",
    arguments: [
      ("path: t, fields: {txt: a}", "rename it to 'text'"),
      ("path: t, fields: {id: meta.}", "'meta.' cannot name a field"),
      ("path: t, skip: [generatd]", "did you mean 'generated'?"),
      ("path: t, document_limit_mb: 0", "'corpus.document_limit_mb'"),
      ("manifest: debian-docs, fields: {id: a}", "'corpus.fields' belongs to 'path' only"),
    ])
  func recipe(corpus: String, message: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("r.yaml", "name: r\ncorpus: {\(corpus)}\n")
    let result = try Program.run(["run", "r.yaml", "--dry-run"], in: folder.path)
    #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
  }

  @Test("the limit of a recipe refuses longer documents")
  func documentLimit() throws {
    let folder = try TemporaryFolder()
    for number in 0..<5 { _ = try folder.file("t/\(number).txt", SmallTexts.text(number)) }
    _ = try folder.file("t/long.txt", SmallTexts.text(9, sentences: 100))
    _ = try folder.file(
      "r.yaml",
      "name: r\ncorpus: {path: t, document_limit_mb: 0.005}\n"
        + "curation: {packs: [{pack: gopher-quality}]}\ntokenizer: {vocabulary: 300}\n")
    let read = try Self.run(folder, "r.yaml")
    #expect(read.contains("own/1.txt") && !read.contains("own/long.txt"))
    let problems = String(
      decoding: try folder.read("r/problems/00000.json"), as: UTF8.self)
    #expect(problems.contains("own/long.txt") && problems.contains("larger than 5000 bytes"))
  }
}
