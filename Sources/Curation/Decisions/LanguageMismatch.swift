/// A pack that was made for one language and removed most documents of another.
///
/// Gopher's stop words, for example, are English: the pack that asks for them removes nearly all of a
/// French corpus, and says nothing about its quality.
public struct LanguageMismatch: Sendable, Equatable {
  /// The pack's name and the language that it was made for (ISO 639).
  public var pack: String
  public var packLanguage: String
  /// The language of the documents that it removed.
  public var language: String
  /// How many documents of that language there were, and how many of them the pack removed.
  public var documents: Int
  public var removed: Int

  /// Fewer documents of a language than this say nothing.
  public static let leastDocuments = 20
  /// The least share of a language's documents that a pack removes for a mismatch.
  public static let leastShare = 0.5

  /// What happened, for a person.
  public var message: String {
    "the pack '\(pack)' was made for '\(packLanguage)' and removed \(removed) of \(documents) documents "
      + "in '\(language)'"
  }

  /// The mismatches between packs and documents, in the order of the packs; of one pack, the language with
  /// the most removed documents first.
  ///
  /// - Parameters:
  ///   - packs: those that judged the documents.
  ///   - languages: a code for each document as `LanguageDetector` gives it; a script behind a `-` is
  ///     not compared, and `un` or nothing is no language.
  ///   - removes: whether a pack (an index into `packs`) removes a document.
  public static func find(
    _ packs: [FilterPack], languages: [String], removes: (_ pack: Int, _ document: Int) -> Bool
  ) -> [LanguageMismatch] {
    let codes = languages.map { $0.prefix { $0 != "-" } }
    var found: [LanguageMismatch] = []
    for (index, pack) in packs.enumerated() {
      guard let made = pack.language, !made.isEmpty else { continue }
      let own = made.prefix { $0 != "-" }
      var counts: [Substring: (documents: Int, removed: Int)] = [:]
      for (document, code) in codes.enumerated()
      where !code.isEmpty && code != "un" && code != own {
        counts[code, default: (0, 0)].documents += 1
        if removes(index, document) { counts[code]?.removed += 1 }
      }
      let mismatches = counts.filter { _, count in
        count.documents >= leastDocuments
          && Double(count.removed) >= leastShare * Double(count.documents)
      }
      found += mismatches.sorted { ($1.value.removed, $0.key) < ($0.value.removed, $1.key) }
        .map { code, count in
          LanguageMismatch(
            pack: pack.name, packLanguage: made, language: String(code),
            documents: count.documents, removed: count.removed)
        }
    }
    return found
  }
}
