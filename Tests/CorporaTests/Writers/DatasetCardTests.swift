import Foundation
import Runs
import Streams
import TestFolders
import Testing

@testable import Corpora

@Suite struct DatasetCardTests {
  @Test("a README of the user's own is not replaced, an earlier card is")
  func foreignReadme() throws {
    let folder = try TemporaryFolder()
    let card = DatasetCard(title: "t", documents: 1, textBytes: 1)
    #expect(try card.write(besides: folder.path).hasSuffix("/README.md"))
    #expect(try card.write(besides: folder.path).hasSuffix("/README.md"))
    try folder.file("README.md", "# Mine\n")
    #expect(try card.write(besides: folder.path).hasSuffix("/dataset-card.md"))
    #expect(try InputFile.bytes(folder.path + "/README.md") == Array("# Mine\n".utf8))
  }

  private func card(_ title: String = "Mathematics, mixed") -> DatasetCard {
    var card = DatasetCard(title: title, documents: 1_234_567, textBytes: 9_876_543_210)
    card.description = "Pages that teach."
    card.tokens = 2_345_678_901
    card.languages = ["en", "no"]
    card.sources = [
      .init(
        name: "finemath", license: "ODC-By-1.0", origin: "hf://datasets/o/n@abc/x", documents: 7,
        textBytes: 1000)
    ]
    card.files = [
      .init(
        path: "kept/00000.jsonl.zst", byteCount: 12, sha256: String(repeating: "a", count: 64)),
      .init(path: "evaluation/00000.jsonl.zst", byteCount: 3, split: "test"),
      .init(path: "removed/00000.jsonl.zst", byteCount: 4, split: nil),
    ]
    card.removals = [.init(stage: "language", documents: 17)]
    card.recipeName = "math"
    card.recipeDigest = "0123"
    card.program = "midstream 0.1.0"
    return card
  }

  /// The head, read back by the strict reader of recipes.
  private func head(_ card: DatasetCard) throws -> Recipe {
    let end = try #require(card.markdown.firstRange(of: "\n---\n"))
    #expect(card.markdown.hasPrefix("---\n"))
    let text = card.markdown[..<end.lowerBound].dropFirst(4)
    return try Recipe(text: String(text), path: "README.md")
  }

  @Test("the head is YAML with licence, languages, size and the files of each split")
  func frontMatter() throws {
    let recipe = try head(card())
    let root = recipe.root
    #expect(root.string("pretty_name") == "Mathematics, mixed")
    #expect(root.string("license") == "odc-by" && root.isEmpty("license_name"))
    #expect(root.strings("language") == ["en", "no"])
    #expect(root.strings("size_categories") == ["1M<n<10M"])
    #expect(root.strings("task_categories") == ["text-generation"])
    let configuration = try #require(root.mappings("configs")?.first)
    #expect(configuration.string("config_name") == "default")
    let files = configuration.mappings("data_files") ?? []
    #expect(files.map { $0.string("split") } == ["train", "test"])
    #expect(
      files.map { $0.strings("path") }
        == [["kept/00000.jsonl.zst"], ["evaluation/00000.jsonl.zst"]])
    try recipe.finish()
  }

  @Test("the body tells counts, sources, removals, files and how it was made, and no date")
  func body() {
    let text = card().markdown
    for line in [
      "# Mathematics, mixed", "| documents | 1,234,567 |", "| tokens | 2,345,678,901 |",
      "| finemath | ODC-By-1.0 | hf://datasets/o/n@abc/x | 7 | 1,000 |", "| language | 17 |",
      "| kept/00000.jsonl.zst | train | 12 | \(String(repeating: "a", count: 64)) |",
      "| recipe | math |", "| made with | midstream 0.1.0 |",
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
    #expect(!text.contains("| date |"))
    var dated = card()
    dated.date = "2025-01-02"
    #expect(dated.markdown.contains("| date | 2025-01-02 |"))
    #expect(card().markdown == text)
  }

  @Test(
    "names may hold anything: the head stays YAML, the tables keep their columns",
    arguments: [
      "a: b # c", "\"quoted\" 'text'", "--- \n---", "back\\slash | pipe `code` <b>&amp; *_[x](y)",
      "é \u{1F600} \u{2028}\u{85}\u{FEFF}\u{0}\u{1B}", "", "- yes", "@!%{}[],",
    ])
  func hostileNames(name: String) throws {
    var card = card(name)
    card.description = name
    card.languages = [name]
    card.sources = [
      .init(name: name, license: name, origin: name, documents: 1, textBytes: 2)
    ]
    card.files = [.init(path: name, byteCount: 1, sha256: name, split: name)]
    card.removals = [.init(stage: name, documents: 1)]
    let recipe = try head(card)
    #expect(recipe.root.string("pretty_name") ?? "" == name)
    #expect(recipe.root.strings("language") == [name])
    let slug = recipe.root.string("license_name") ?? ""
    #expect(slug.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789.-".utf8.contains($0) })
    for line in card.markdown.split(separator: "\n") where line.hasPrefix("|") {
      let bare = line.replacing("\\\\", with: "").replacing("\\|", with: "")
      #expect([3, 4, 5, 6].contains(bare.count { $0 == "|" }))
    }
    let body = card.markdown.firstRange(of: "\n---\n").map { card.markdown[$0.upperBound...] }
    #expect(body?.contains("<b>") == false)
  }

  @Test(
    "a licence is the hub's own name where there is one, else 'other' with a name",
    arguments: [
      (["MIT"], "mit", nil), (["CC-BY-SA-4.0"], "cc-by-sa-4.0", nil),
      (["GPL-2.0-or-later"], "gpl-2.0", nil), (["GFDL-1.3-only"], "gfdl", nil),
      (["odc-by"], "odc-by", nil), (["MIT", "MIT"], "mit", nil),
      (["MIT", "Apache-2.0"], "other", "several"), (["own"], "other", "own"),
      (["other (Common Crawl terms of use)"], "other", "other-common-crawl-terms-of-use"),
      (["public domain"], "other", "public-domain"), (["«»"], "other", "other"), ([], nil, nil),
    ] as [([String], String?, String?)])
  func licences(given: [String], identifier: String?, name: String?) throws {
    var card = card()
    card.sources = given.enumerated().map {
      .init(name: "\($0)", license: $1, origin: "", documents: 0, textBytes: 0)
    }
    let root = try head(card).root
    #expect(root.string("license") == identifier)
    #expect(root.string("license_name") == name)
  }

  @Test("many files are named by patterns that match no other file")
  func manyFiles() throws {
    func paths(_ others: [DatasetCard.File]) throws -> [String] {
      var card = card()
      card.files = (0..<30).map { .init(path: "data [1]/\($0).jsonl.zst", byteCount: 1) } + others
      let configuration = try #require(try head(card).root.mappings("configs")?.first)
      return configuration.mappings("data_files")?.first?.strings("path") ?? []
    }
    #expect(try paths([]) == ["data [[]1]/*.jsonl.zst"])
    let odd = DatasetCard.File(path: "data [1]/odd.jsonl.zst", byteCount: 1, split: nil)
    #expect(try paths([odd]).count == 30)
    #expect(try paths([odd])[0] == "data [[]1]/0.jsonl.zst")
  }

  @Test("sizes fall into the hub's categories")
  func sizes() throws {
    let expected = [
      (0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (5_000_000_000, "1B<n<10B"),
      (2_000_000_000_000, "n>1T"),
    ]
    for (count, category) in expected {
      var card = card()
      card.documents = count
      #expect(try head(card).root.strings("size_categories") == [category])
    }
  }

  @Test("a folder has its card as README.md, a file has it beside it")
  func places() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("out.jsonl.zst", "x")
    #expect(try card().write(besides: folder.path) == folder.path + "/README.md")
    #expect(try card().write(besides: file) == file + ".card.md")
    #expect(try InputFile.bytes(file + ".card.md") == Array(card().markdown.utf8))
  }
}
