import Foundation
import TestFolders
import Testing

/// The commands on corpora do what their examples say, on files that the test makes.
@Suite struct CorpusCommandTests {
  @Test("extract turns pages, texts and code into documents and names what it skips")
  func extract() throws {
    let folder = try TemporaryFolder()
    let page = "<html><body><nav>Home</nav><p>\(SmallTexts.text(1))</p></body></html>"
    _ = try folder.file("pages/a/page.html", page)
    _ = try folder.file("pages/notes.txt", SmallTexts.text(2))
    _ = try folder.file("pages/main.c", "int main(void) { return 0; }\n")
    _ = try folder.file("pages/picture.png", "?")
    let result = try Program.run(
      ["extract", "pages", "--output", "docs.jsonl", "--json"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let summary = try result.object()
    #expect(summary["documents"] as? Int == 3)
    #expect(summary["problems"] as? [String: Int] == ["unknownFormat": 1])
    #expect(result.errors.contains("pages/picture.png"))
    let lines = try folder.text("docs.jsonl")
    for id in ["pages/a/page.html", "pages/main.c", "pages/notes.txt"] {
      #expect(lines.contains("{\"id\":\"\(id)\""))
    }
    #expect(!lines.contains("Home"))
    // A file is named as it is when its folder is.
    let one = try Program.run(
      ["extract", "pages/notes.txt", "--output", "one.jsonl.zst"], in: folder.path)
    #expect(one.output.hasPrefix("one.jsonl.zst: 1 documents"))
  }

  @Test("a folder of pages, small and large JSON lines gives all of their documents")
  func extractMixed() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("mix/page.html", "<p>\(SmallTexts.text(1))</p>")
    _ = try folder.file("mix/lines.jsonl", SmallTexts.lines([SmallTexts.text(2)]))
    let packed = try Program.run(
      ["extract", "mix/lines.jsonl", "--output", "mix/more.jsonl.zst"], in: folder.path)
    #expect(packed.status == 0)
    let result = try Program.run(["extract", "mix", "--output", "all.jsonl"], in: folder.path)
    #expect(result.output.hasPrefix("all.jsonl: 3 documents"), "\(result.errors)")
    #expect(try folder.text("all.jsonl").contains("\"id\":\"mix/page.html\""))
  }

  @Test("what a step keeps has a card with its counts")
  func cards() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "in.jsonl", SmallTexts.lines([SmallTexts.text(1), SmallTexts.text(1), SmallTexts.text(2)]))
    let result = try Program.run(
      ["dedup", "--input", "in.jsonl", "--output", "out"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let card = try folder.text("out/README.md")
    #expect(card.contains("| documents | 2 |") && card.contains("kept/00000.jsonl.zst"))
    #expect(card.contains("| dedup | 1 |"))
  }

  @Test("the same extraction gives the same bytes whatever the threads")
  func extractThreads() throws {
    let folder = try TemporaryFolder()
    for number in 0..<20 {
      _ = try folder.file("pages/\(number).html", "<p>\(SmallTexts.text(number))</p>")
    }
    for threads in ["1", "2"] {
      _ = try Program.run(
        ["extract", "pages", "--output", "\(threads).jsonl.zst", "--threads", threads],
        in: folder.path)
    }
    #expect(try folder.read("1.jsonl.zst") == folder.read("2.jsonl.zst"))
  }

  @Test("filters list, show and try tell packs, papers, rules and verdicts")
  func filters() throws {
    let list = try Program.run(["filters", "list"])
    #expect(list.output.contains("gopher-quality") && list.output.contains("arXiv:2112.11446"))
    let show = try Program.run(["filters", "show", "gopher-quality"])
    #expect(show.output.contains("word_count < 50") && show.output.contains("code points"))
    let arguments = ["filters", "try", "-", "--filter", "gopher-quality", "language", "--json"]
    let short = try Program.run(arguments, input: "too short a text").object()
    #expect(short["keeps"] as? Bool == false)
    let rules = short["rules"] as? [[String: Any]] ?? []
    let rule = rules.first { $0["rule"] as? String == "gopher_short_doc" }
    #expect(rule?["verdict"] as? String == "fails")
    #expect(rule?["threshold"] as? Int == 50)
    #expect((rule?["values"] as? [String: Any])?["word_count"] as? Int == 4)
    let long = try Program.run(arguments, input: SmallTexts.text(3)).object()
    #expect(long["keeps"] as? Bool == true)
    #expect(long["language"] as? String == "en")
  }

  @Test("filters list documents every signal, and show tells what one means and who reads it")
  func signals() throws {
    let list = try Program.run(["filters", "list", "--signals"])
    #expect(list.status == 0 && list.output.contains("counted by the edit collapse_newlines"))
    let show = try Program.run(["filters", "show", "dup_line_frac"])
    #expect(show.output.contains("share of lines") && show.output.contains("arXiv:2112.11446"))
    #expect(show.output.contains("gopher-repetition") && show.output.contains("> 0.3"))
    let json = try Program.run(["filters", "show", "language", "--json"]).object()
    #expect((json["signal"] as? [String: Any])?["kind"] as? String == "text")
    #expect((json["readBy"] as? [[String: Any]])?.isEmpty == false)
  }

  /// A folder with a pack of every kind of step.
  private func packFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "packs/mine.yaml",
      """
      name: mine
      version: 3
      paper: none
      description: Every kind of step.
      language: en
      words: whitespace
      define:
        signs: hash_ratio * 2
      steps:
        - measurements: [dup_line_frac, hash_ratio]
          rules:
            - {id: repeated, fails_when: dup_line_frac > 0.1}
            - {id: signs, fails_when: signs > 5}
        - edit: collapse_newlines
          most: 1
        - measurements: [bullet_line_ratio]
          rules:
            - {id: bullets, fails_when: bullet_line_ratio > 0.2}
            - {id: gaps, fails_when: newlines_removed > 1}
      """)
    return folder
  }

  @Test("filters show prints the steps of a pack in order, with options and definitions")
  func steps() throws {
    let folder = try packFolder()
    let show = try Program.run(
      ["filters", "show", "mine", "--filters", "packs"], in: folder.path)
    #expect(show.status == 0, "\(show.errors)")
    let parts = [
      "mine, version 3", "made for 'en'", "1  measure (words: whitespace)", "2  rules",
      "signs > 5", "3  edit collapse_newlines (most: 1)", "counts newlines_removed", "4  measure",
      "5  rules", "definitions", "signs = hash_ratio * 2",
    ]
    var rest = show.output[...]
    for part in parts {
      let place = try #require(rest.range(of: part), "\(part) in \(show.output)")
      rest = rest[place.upperBound...]
    }
    let json = try Program.run(
      ["filters", "show", "mine", "--filters", "packs", "--json"], in: folder.path
    ).object()
    #expect((json["steps"] as? [[String: Any]])?.count == 7)
  }

  @Test("filters try marks the evidence in the version of the text that each rule judged")
  func evidence() throws {
    let folder = try packFolder()
    _ = try folder.file("a.txt", "- one\n\n\ntwo\n- one\n")
    let arguments = ["filters", "try", "a.txt", "--filter", "mine", "--filters", "packs"]
    let result = try Program.run(arguments, in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("a.txt: removed, fails 3 of 4 rules"))
    #expect(result.output.contains("mine/collapse_newlines: 1 change, 18 to 16 bytes"))
    #expect(result.output.contains("newlines: '↵↵'"))
    #expect(
      result.output.contains(
        "the text, evidence marked\n- one\n[[gaps: \n\n]]two\n[[repeated: - one]]\n"))
    #expect(
      result.output.contains(
        "the text after collapse_newlines, evidence marked\n[[bullets: - one]]\ntwo\n"
          + "[[bullets: - one]]\n"))
    #expect(!result.output.contains("\u{1B}"))
    let json = try Program.run(arguments + ["--json"], in: folder.path).object()
    let rules = try #require(json["rules"] as? [[String: Any]])
    #expect(rules.map { $0["version"] as? Int } == [0, 0, 1, 1])
    let spans = try #require(rules[0]["evidence"] as? [[String: Any]])
    #expect(spans.count == 1 && spans[0]["start"] as? Int == 12 && spans[0]["end"] as? Int == 17)
    #expect(spans[0]["text"] as? String == "- one" && rules[1]["evidence"] == nil)
    let versions = try #require(json["versions"] as? [[String: Any]])
    #expect(versions.map { $0["bytes"] as? Int } == [18, 16])
    let changes = try #require(versions[1]["changes"] as? [[String: Any]])
    #expect(changes[0]["start"] as? Int == 6 && changes[0]["reason"] as? String == "newlines")
  }

  @Test("filters try takes one document of a file of many, by its id or its number")
  func oneOfMany() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "docs.jsonl", SmallTexts.lines([SmallTexts.text(1), "# # # tiny", SmallTexts.text(2)]))
    for choice in [["--record", "2"], ["--id", "doc-1"]] {
      let arguments = ["filters", "try", "docs.jsonl", "--filter", "gopher-quality"] + choice
      let json = try Program.run(arguments + ["--json"], in: folder.path).object()
      #expect(json["id"] as? String == "doc-1" && json["record"] as? Int == 2)
      #expect(json["keeps"] as? Bool == false && json["bytes"] as? Int == 10)
      let result = try Program.run(arguments, in: folder.path)
      #expect(result.output.contains("docs.jsonl, doc-1: removed"), "\(result.errors)")
      #expect(result.output.contains("[[gopher_too_many_hashes, gopher_below_alpha_threshold: #"))
    }
    let kept = try Program.run(
      ["filters", "try", "docs.jsonl", "--filter", "gopher-quality", "--record", "3"],
      in: folder.path)
    #expect(kept.output.contains("kept, fails 0 of 10 rules") && !kept.output.contains("[["))
  }

  @Test("filters try shows of a long text what is around the places, and no control characters")
  func longText() throws {
    let folder = try TemporaryFolder()
    let filler = String(repeating: "word é ", count: 2_000)
    _ = try folder.file("long.txt", filler + "\u{1B}[31m ###" + filler + "…")
    let result = try Program.run(
      ["filters", "try", "long.txt", "--filter", "gopher-quality", "gopher-repetition"],
      in: folder.path)
    #expect(result.output.contains("bytes …") && result.output.utf8.count < 12_000)
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test("curate keeps what passes, and removed documents carry every rule that they fail")
  func curate() throws {
    let folder = try TemporaryFolder()
    let texts = (0..<6).map { SmallTexts.text($0) } + ["Too short.", "1 2 3 4"]
    _ = try folder.file("docs.jsonl", SmallTexts.lines(texts))
    let result = try Program.run(
      ["curate", "--input", "docs.jsonl", "--filter", "gopher-quality", "--output", "c", "--json"],
      in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let summary = try result.object()
    #expect(summary["kept"] as? Int == 6 && summary["removed"] as? Int == 2)
    let rules = summary["rules"] as? [[String: Any]] ?? []
    let short = rules.first { $0["rule"] as? String == "gopher_short_doc" }
    #expect(short?["documents"] as? Int == 2 && short?["alone"] as? Int == 0)
    #expect(folder.has("c/kept/00000.jsonl.zst") && folder.has("c/removed/00000.jsonl.zst"))
    let removed = try folder.text("c/removed/00000.jsonl.zst").split(separator: "\n")
    #expect(removed.count == 2)
    #expect(removed[0].contains("gopher-quality/gopher_short_doc: word_count = 2; fails when "))
    #expect(removed[0].contains("gopher-quality/gopher_enough_stop_words: "))
    let kept = try folder.text("c/kept/00000.jsonl.zst")
    #expect(kept.contains("\"word_count\":") && !kept.contains("removed_by"))
  }

  @Test("without removed documents curate writes only what stays")
  func noRemoved() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("docs.jsonl", SmallTexts.lines([SmallTexts.text(1), "short"]))
    _ = try Program.run(
      [
        "curate", "--input", "docs.jsonl", "--filter", "gopher-quality", "--output", "c",
        "--no-removed",
      ], in: folder.path)
    #expect(folder.has("c/kept/00000.jsonl.zst") && !folder.has("c/removed"))
  }

  @Test(
    "dedup removes equal documents by either method, and similar ones by minhash only",
    arguments: [("exact", 1, 0), ("minhash", 1, 1)])
  func dedup(method: String, exact: Int, near: Int) throws {
    let folder = try TemporaryFolder()
    let similar = SmallTexts.text(0, sentences: 40) + " One more word."
    let texts = (0..<5).map { SmallTexts.text($0, sentences: 40) }
    _ = try folder.file("a.jsonl", SmallTexts.lines(texts))
    _ = try folder.file("b.jsonl", SmallTexts.lines([texts[1], similar], ids: "b-"))
    let result = try Program.run(
      [
        "dedup", "--input", "a.jsonl", "b.jsonl", "--output", "u", "--method", method, "--json",
      ], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let summary = try result.object()
    #expect(summary["exactRemoved"] as? Int == exact)
    #expect(summary["nearRemoved"] as? Int == near)
    #expect(summary["kept"] as? Int == 7 - exact - near)
    let clusters = try folder.text("u/clusters/00001.jsonl")
    #expect(clusters.split(separator: "\n").count == exact + near)
    #expect(clusters.contains("\"exact\":true,\"kept\":\"doc-1\",\"removed\":\"b-0\""))
    #expect(folder.has("u/removed/00001.jsonl.zst") && !folder.has("u/work"))
    #expect(try folder.text("u/kept/00000.jsonl.zst").contains("\"copies\":2"))
  }

  @Test("dedup keeps the document of the highest quality where it is asked to")
  func dedupQuality() throws {
    let folder = try TemporaryFolder()
    let text = SmallTexts.text(0)
    _ = try folder.file("docs.jsonl", SmallTexts.lines([text, text]))
    let result = try Program.run(
      ["dedup", "--input", "docs.jsonl", "--output", "u", "--keep", "quality"], in: folder.path)
    #expect(result.output.contains("1 of 2 documents kept"), "\(result.errors)")
  }
}
