import TextKernels

/// How a text is cut into words. A pack chooses one, and the names of stored signals record it.
public enum WordMode: String, Sendable, CaseIterable {
  /// The tokens of spaCy's blank English tokenizer without the whitespace, as datatrove's English
  /// rules count them: symbols and the parts of contractions are tokens of their own.
  case datatrove
  /// What stands between Unicode white space, as Python's `split()` cuts.
  case whitespace
  /// Unicode's default word boundaries (UAX #29, Unicode 16), where a letter or a digit is between
  /// them. Without a dictionary: Han, Hiragana, Thai, Lao, Khmer and Burmese come out as single
  /// characters with their marks.
  case unicode
  /// A cheap cut near to datatrove's: punctuation around what stands between white space, and within
  /// it what joins letters, are words of their own. Special cases, addresses and units are not known.
  case fast

  /// How the anatomy's kernel calls it.
  var kernelMode: anatomy_word_mode {
    switch self {
    case .datatrove: ANATOMY_DATATROVE_WORDS
    case .whitespace: ANATOMY_WHITESPACE_WORDS
    case .unicode: ANATOMY_UNICODE_WORDS
    case .fast: ANATOMY_FAST_WORDS
    }
  }
}
