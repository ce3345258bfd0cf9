import Curation
import Tokenization

/// What a call of `midstream curate` measures, judges and writes.
struct CurateSettings: Sendable {
  let chain: FilterChain
  /// The lines that sites repeat, where a pack removes them.
  let siteLines: FrozenSiteLines?
  /// Counts the tokens of texts; nil: nobody does.
  let tokenizer: BytePairTokenizer?
  /// Whether removed documents are written at all.
  let writesRemoved: Bool
  /// Whether documents carry their signals, beside the columns.
  let writesSignals: Bool

  /// Whether the language of some documents is needed to see what a pack does to other languages
  /// than its own.
  var samplesLanguage: Bool {
    chain.packs.contains { $0.language != nil }
      && !chain.columns.contains(LanguageDetector.languageColumn)
  }
}
