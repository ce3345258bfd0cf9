import Corpora
import Testing

@testable import Curation

@Suite struct LanguageMismatchTests {
  private func pack(_ name: String, _ language: String?) throws -> FilterPack {
    let head = "name: \(name)\nversion: 1\npaper: none\ndescription: d\n"
    let made = language.map { "language: \($0)\n" } ?? ""
    return try FilterPack(
      yaml: head + made + "measurements: [word_count]\nrules:\n"
        + "  - {id: few, fails_when: word_count < 50}\n", path: "\(name).yaml")
  }

  /// 20 French documents of which half are short, 19 German ones, all short, 40 English ones, all short,
  /// 30 unknown ones, 20 Italian ones that are long.
  private let languages =
    [String](repeating: "fr", count: 20) + [String](repeating: "de", count: 19)
    + [String](repeating: "en", count: 40) + [String](repeating: "un", count: 30)
    + [String](repeating: "it", count: 20)

  /// Which packs remove which documents.
  private func verdicts(_ packs: [FilterPack]) throws -> FilterVerdicts {
    var signals = ColumnTable()
    let words = languages.enumerated().map { index, language in
      language == "it" || (language == "fr" && index % 2 == 0) ? Float(100) : 10
    }
    signals.set("word_count", .float32(words))
    return try FilterDecider(FilterChain(packs)).verdicts(on: signals)
  }

  @Test(
    "a pack for English that removes half of 20 French documents is named; of 19 German ones not")
  func found() throws {
    let packs = [try pack("english", "en"), try pack("any", nil), try pack("french", "fr")]
    let verdicts = try verdicts(packs)
    let found = LanguageMismatch.find(packs, languages: languages) { pack, document in
      verdicts.failed(document).contains { verdicts.rules[$0].pack == pack }
    }
    #expect(
      found == [
        LanguageMismatch(
          pack: "english", packLanguage: "en", language: "fr", documents: 20, removed: 10),
        LanguageMismatch(
          pack: "french", packLanguage: "fr", language: "en", documents: 40, removed: 40),
      ])
    #expect(
      found.first?.message
        == "the pack 'english' was made for 'en' and removed 10 of 20 documents in 'fr'")
  }

  @Test("of one pack, languages with as many removed documents come in the order of their codes")
  func order() throws {
    let packs = [try pack("english", "en")]
    let all = LanguageMismatch.find(packs, languages: languages) { _, _ in true }
    #expect(all.map(\.language) == ["fr", "it"])
  }

  @Test("scripts of one language are one language, and no documents are no mismatch")
  func scripts() throws {
    let packs = [try pack("chinese", "zh-Hant"), try pack("english", "en")]
    let languages =
      [String](repeating: "zh", count: 15) + [String](repeating: "zh-Hant", count: 15)
    let found = LanguageMismatch.find(packs, languages: languages) { _, _ in true }
    #expect(found.map(\.pack) == ["english"])
    #expect(found.first?.documents == 30)
    #expect(LanguageMismatch.find(packs, languages: []) { _, _ in true }.isEmpty)
  }
}
