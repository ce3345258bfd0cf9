import Streams
import Tokenization

/// What a shingle is a run of. All units see A-Z as a-z and no difference between kinds and lengths
/// of whitespace.
public enum ShingleUnit: Sendable {
  /// Words between whitespace, as FineWeb has them: for languages that put spaces between words.
  case word
  /// Unicode code points, a space for each run of whitespace: for any script, and for near copies
  /// that differ within words. Ill-formed bytes count one each.
  case character
  /// Tokens of the collapsed text: for any script, at about the price of words.
  case token(BytePairTokenizer)

  /// `word`, `character` or `token`.
  public var name: String {
    switch self {
    case .word: "word"
    case .character: "character"
    case .token: "token"
    }
  }

  /// The digest of the tokenizer, nil for other units.
  public var tokenizerDigest: ContentDigest? {
    if case .token(let tokenizer) = self { tokenizer.digest } else { nil }
  }
}

extension ShingleUnit: Hashable {
  /// Two token units are equal where their tokenizers give the same ids.
  public static func == (a: Self, b: Self) -> Bool {
    a.name == b.name && a.tokenizerDigest == b.tokenizerDigest
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(tokenizerDigest)
  }
}
