import Corpora
import Foundation
import Testing

@testable import Curation

@Suite struct LanguageDetectorTests {
  private func detect(_ text: String) -> LanguageDetector.Guess {
    Array(text.utf8).withUnsafeBytes { LanguageDetector().detect($0) }
  }

  private let german =
    "Der Fluss hatte das Tal in zehntausend Jahren gegraben, und am Ende lag das Meer. "
  private let french =
    "La rivière avait creusé la vallée pendant dix mille ans, et au bout il y avait la mer. "

  @Test("a batch gets one code and one score a document")
  func batch() throws {
    var batch = DocumentBatch()
    for text in [german, french, "", "xq 12 %%"] {
      batch.append(Document(id: text, text: text, source: "s"))
    }
    LanguageDetector().detect(&batch)
    let codes = try batch.attributes.bytes("language")
    let scores = try batch.attributes.float32("language_score")
    #expect((0..<4).map { codes.string($0) } == ["de", "fr", "un", "un"])
    #expect(scores[0] > 0.9 && scores[1] > 0.9 && scores[2] == 0 && scores.allSatisfy { $0 <= 1 })
  }

  @Test("a long text is judged by its start, middle and end, cut between characters")
  func long() {
    #expect(detect(String(repeating: german, count: 2000)).code == "de")
    let mixed = String(repeating: german, count: 400) + String(repeating: french, count: 4000)
    #expect(detect(mixed).code == "fr")
    for offset in 0..<4 {
      let shifted =
        String(repeating: "a", count: offset)
        + String(repeating: "привет мир как дела ", count: 900)
      #expect(detect(shifted).code == "ru")
    }
  }

  @Test("one detector gives the same answers in any order")
  func order() {
    let detector = LanguageDetector()
    let texts = [german, french, String(repeating: french, count: 500), "x", german]
    for text in texts + texts.reversed() {
      #expect(Array(text.utf8).withUnsafeBytes { detector.detect($0) } == detect(text))
    }
  }

  @Test("of sentences in the languages that CLD2 knows, at least 92 in 100 are named right")
  func accuracy() throws {
    guard let bytes = try SharedData.bytes("langid/lingua_testdata.jsonl.zst") else { return }
    let detector = LanguageDetector()
    var (right, all) = ([String: Int](), [String: Int]())
    for (index, line) in bytes.split(separator: 10).enumerated() where index % 7 == 0 {
      guard
        let row = try JSONSerialization.jsonObject(with: Data(line)) as? [String: String],
        row["kind"] == "sentences", let language = row["lang"], let text = row["text"]
      else { continue }
      all[language, default: 0] += 1
      let code = Array(text.utf8).withUnsafeBytes { detector.detect($0).code }
      if Self.same(code, language) { right[language, default: 0] += 1 }
    }
    // Languages of the test set that the library's tables lack are never named.
    let known = all.keys.filter { right[$0, default: 0] > 0 }
    let total = known.reduce(0) { $0 + all[$1, default: 0] }
    let share = Double(known.reduce(0) { $0 + right[$1, default: 0] }) / Double(total)
    let unknown = Set(all.keys).subtracting(known).sorted()
    print("language: \(share) of \(total) sentences, \(known.count) languages; never: \(unknown)")
    #expect(share >= 0.92 && known.count >= 60)
  }

  /// CLD2's codes differ from ISO 639-1 in a few places.
  private static func same(_ code: String, _ language: String) -> Bool {
    let names = ["no": "nb", "iw": "he", "jw": "jv", "zh-Hant": "zh", "in": "id"]
    return names[code, default: code] == language
  }
}
