import TestFolders
import CounterRandom
import Foundation

/// A small corpus that the tests make: prose, mathematics, code and explanations, with duplicates,
/// pages that the filters drop, and broken files.
struct SmallCorpus {
  let folder: String
  let recipe: String

  private static let words = """
    the of and to in that is it for as with on by this from they we have are be which or an can not \
    time people water house river market letter garden window winter summer music paper stone city \
    road field doctor teacher student history science nature village family morning evening story \
    question answer number circle measure weight engine machine signal network system record table \
    value change reason result method process example problem small large early quiet heavy simple \
    common public open green white great young strong clear deep bright narrow useful careful
    """.split(separator: " ").map(String.init)

  /// Writes the corpus, its manifest and a recipe of a few seconds into `scratch`.
  init(_ scratch: TemporaryFolder, documentsADomain: Int = 24) throws {
    folder = scratch.path
    for (domain, name) in ["general", "math", "code", "reasoning"].enumerated() {
      for index in 0..<documentsADomain {
        let text = Self.text(name, CounterRandom(seed: UInt64(domain), purpose: "doc \(index)"))
        let isCode = name == "code"
        let file = isCode ? "\(name)/\(index).py" : "\(name)/page-\(index).html"
        _ = try scratch.file(file, isCode ? text : Self.page(text))
      }
    }
    let copied = Self.text("general", CounterRandom(seed: 9, purpose: "copied"))
    _ = try scratch.file("mirror/original.html", Self.page(copied))
    _ = try scratch.file("mirror/copy-exact.html", Self.page(copied))
    _ = try scratch.file("mirror/copy-near.html", Self.page(copied + " And one more."))
    _ = try scratch.file("general/short.html", Self.page("Index Next Previous"))
    _ = try scratch.file(
      "general/repeated.html",
      Self.page(String(repeating: "buy this now and win a prize. ", count: 60)))
    _ = try scratch.file("general/empty.html", "")
    try Data([0x61, 0xff, 0xfe, 0x00, 0x01, 0x02]).write(
      to: URL(filePath: folder + "/code/binary.py"))
    try Data([0x1f, 0x8b, 0x08, 0x00, 0x00]).write(
      to: URL(filePath: folder + "/general/truncated.html.gz"))
    _ = try scratch.file("manifest.yaml", Self.manifest)
    recipe = try scratch.file("recipe.yaml", Self.recipeText(manifest: folder + "/manifest.yaml"))
  }

  /// Paragraphs of sentences, or a source file.
  private static func text(_ domain: String, _ random: CounterRandom) -> String {
    var counter: UInt64 = 0
    func draw(_ bound: Int) -> Int {
      counter += 1
      return Int(random.below(UInt64(bound), counter))
    }
    func word() -> String { words[draw(words.count)] }
    func sentence() -> String {
      let body = (0..<8 + draw(8)).map { _ in word() }.joined(separator: " ")
      let start = domain == "reasoning" ? ["Hence ", "Suppose that ", "Therefore "][draw(3)] : ""
      let end =
        domain == "math" && draw(4) == 0 ? " where x\(draw(90)) = \(draw(900)) + y\(draw(90))" : ""
      return start + body + end + "."
    }
    if domain == "code" {
      return (0..<12).map { _ in
        "def \(word())_\(word())(\(word()), \(word())):\n    \(word()) = \(word())[\(draw(99))] + \(draw(999))\n"
          + "    return \(word())(\(word()), \(draw(99)))\n"
      }.joined(separator: "\n")
    }
    return (0..<5).map { _ in (0..<5).map { _ in sentence() }.joined(separator: " ") }
      .joined(separator: "\n\n")
  }

  private static func page(_ text: String) -> String {
    let paragraphs = text.split(separator: "\n\n").map { "<p>\($0)</p>" }.joined(separator: "\n")
    return """
      <!doctype html><html><head><title>Page</title></head><body>
      <nav><a href="/">Home</a> <a href="/next">Next</a></nav>
      <main>\(paragraphs)</main><footer><a href="/about">About</a></footer></body></html>
      """
  }

  private static let manifest = """
    name: small
    sources:
      - {name: general, domain: general, quality: high, license: none, path: general, evaluation_share: 0.2}
      - {name: mirror, domain: general, quality: high, license: none, path: mirror}
      - {name: math, domain: math, license: none, path: math, evaluation_share: 0.2}
      - {name: code, domain: code, license: none, path: code, evaluation_share: 0.2}
      - {name: reasoning, domain: reasoning, license: none, path: reasoning, evaluation_share: 0.2}
    """

  static func recipeText(manifest: String) -> String {
    """
    name: small
    seed: 3
    corpus: {manifest: \(manifest)}
    curation:
      packs:
        - {pack: language, domains: [general]}
        - {pack: gopher-quality, domains: [general, math, reasoning]}
        - {pack: gopher-repetition, domains: [general, math, reasoning]}
        - {pack: source-code, domains: [code]}
    tokenizer: {vocabulary: 400, sample_mb: 1}
    evaluation: {mb_per_domain: 0.01}
    training:
      model: {width: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate: 64, context: 32}
      stages:
        - name: base
          from: initial
          stream: unfiltered
          mixture: {general: 1}
          tokens: 8_000
          batch: 8
          learning_rate: 0.01
        - name: continued
          from: base
          stream: curated
          mixture: {general: 0.4, math: 0.2, code: 0.3, reasoning: 0.1}
          tokens: 6_000
          batch: 8
          learning_rate: 0.005
          optimizer: keep
    """
  }
}
