import Corpora
import Curation
import Streams

/// What a sample of the texts is like.
struct TextFindings: Encodable {
  private(set) var documents = 0
  private(set) var bytes = 0
  private(set) var largest = 0
  /// Texts that tags call prose: general, mathematics or reasoning.
  private(set) var prose = 0
  /// Of the prose, those that are surely English, as the pack `language` wants them.
  private(set) var english = 0
  /// Texts by tag.
  private(set) var domains: [String: Int] = [:]
  /// Of the prose, by language.
  private(set) var languages: [String: Int] = [:]
  /// Texts that equal an earlier one.
  private(set) var equal = 0

  private static let sureScore: Float = 0.65

  private var seen: Set<ContentDigest> = []

  private enum CodingKeys: String, CodingKey {
    case documents, bytes, largest, prose, english, domains, languages, equal
  }

  mutating func add(_ batch: DocumentBatch, _ language: LanguageDetector, _ hashes: Fingerprinter) {
    for index in 0..<batch.count {
      documents += 1
      bytes += batch.texts.byteCount(index)
      largest = max(largest, batch.texts.byteCount(index))
      batch.texts.withBytes(index) { text in
        if !seen.insert(hashes.textHash(text)).inserted { equal += 1 }
        let domain = DomainTags(text).domain
        domains[domain.name, default: 0] += 1
        if domain == .code { return }
        prose += 1
        let guess = language.detect(text)
        languages[guess.code, default: 0] += 1
        if guess.code == "en", guess.score > Self.sureScore { english += 1 }
      }
    }
  }

  var code: Int { domains[Domain.code.name] ?? 0 }

  /// Most frequent first.
  var languageList: [(code: String, count: Int)] {
    languages.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }
}
