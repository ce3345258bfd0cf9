import Corpora
import Curation

/// The languages of some documents, and which packs removed them.
struct LanguageSample: Sendable {
  /// Documents of one part, and of all: enough to see what a pack does to a language.
  private static let most = (part: 2_000, all: 100_000)

  private var languages: [String] = []
  /// Indices of packs, by document.
  private var removedBy: [Set<Int>] = []

  init() {}

  /// The documents of a part whose language is known.
  init(_ chain: FilterChain, _ verdicts: FilterVerdicts, _ table: ColumnTable) {
    guard chain.packs.contains(where: { $0.language != nil }) else { return }
    let column =
      table[LanguageDetector.languageColumn] ?? table[CuratedFolder.Column.sampledLanguage]
    guard case .bytes(let codes) = column else { return }
    // What a pack removes because it asks for its language says nothing of its other rules.
    let asks = verdicts.rules.map {
      $0.rule.signals.contains(LanguageDetector.languageColumn)
    }
    for document in 0..<codes.count where codes.byteCount(document) > 0 {
      guard languages.count < Self.most.part else { return }
      languages.append(codes.string(document))
      removedBy.append(
        Set(verdicts.failed(document).filter { !asks[$0] }.map { verdicts.rules[$0].pack }))
    }
  }

  mutating func add(_ other: LanguageSample) {
    let room = max(0, Self.most.all - languages.count)
    languages += other.languages.prefix(room)
    removedBy += other.removedBy.prefix(room)
  }

  /// The packs that removed most documents of another language than theirs.
  func mismatches(_ packs: [FilterPack]) -> [LanguageMismatch] {
    LanguageMismatch.find(packs, languages: languages) { removedBy[$1].contains($0) }
  }
}
