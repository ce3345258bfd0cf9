/// Every signal that a rule can name, sorted by name.
public enum SignalRegistry {
  static let gopher = "Rae et al. 2021, arXiv:2112.11446"
  static let theStack = "Kocetkov et al. 2022, arXiv:2211.15533"

  public static let all: [SignalDescription] = [
    .init(
      "alpha_word_ratio", "share of words and symbols",
      "Words with at least one letter.", paper: gopher),
    .init(
      "alphanumeric_ratio", "share of code points",
      "ASCII letters and digits, and all characters beyond ASCII.", paper: theStack),
    .init(
      "bullet_line_ratio", "share of lines",
      "Lines whose first non-space character is • or -.", paper: gopher),
    .init("byte_count", "bytes", "The length of the text in UTF-8."),
    .init("char_count", "code points", "The length of the text."),
    duplicateGram(10),
    duplicateGram(5),
    duplicateGram(6),
    duplicateGram(7),
    duplicateGram(8),
    duplicateGram(9),
    .init(
      "dup_line_char_frac", "share of code points",
      "Code points of lines that occurred before in the document.", paper: gopher),
    .init(
      "dup_line_frac", "share of lines",
      "Lines (parts between runs of newlines) that occurred before in the document.",
      paper: gopher),
    .init(
      "dup_para_char_frac", "share of code points",
      "Code points of paragraphs that occurred before in the document.", paper: gopher),
    .init(
      "dup_para_frac", "share of paragraphs",
      "Paragraphs (parts between two or more newlines) that occurred before in the document.",
      paper: gopher),
    .init(
      "ellipsis_line_ratio", "share of lines",
      "Lines that end, before spaces, in ... or ….", paper: gopher),
    .init(
      "ellipsis_ratio", "per word or symbol",
      "Occurrences of ... and … for each word or symbol.", paper: gopher),
    .init(
      "hash_ratio", "per word or symbol", "Occurrences of # for each word or symbol.",
      paper: gopher),
    .init(
      "language", "ISO 639 code", "The language that most of the text is in.", kind: .text),
    .init(
      "language_score", "probability", "How sure the language identifier is of `language`."),
    .init("line_count", "lines", "Lines, cut at every Unicode line break; a last empty one not."),
    .init(
      "max_line_length", "code points", "The length of the longest line.", paper: theStack),
    .init("mean_line_length", "code points", "Code points of the text for each line."),
    .init(
      "mean_word_length", "code points",
      "The mean length of words that are not only symbols.", paper: gopher),
    .init(
      "stop_word_count", "distinct words",
      "How many of the be to of and that have with occur, in lower case.", paper: gopher),
    topGram(2),
    topGram(3),
    topGram(4),
    .init(
      "word_and_symbol_count", "words and symbols",
      "Tokens of the text, symbols standing alone included.", paper: gopher),
    .init("word_count", "words", "Words that are not only symbols.", paper: gopher),
  ]

  private static func topGram(_ n: Int) -> SignalDescription {
    .init(
      "top_\(n)_gram", "share of code points",
      "Length of the most frequent \(n)-gram of words, times its count.", paper: gopher)
  }

  private static func duplicateGram(_ n: Int) -> SignalDescription {
    .init(
      "dup_\(n)_gram", "share of code points",
      "Code points in \(n)-grams of words that occurred before, counted without overlap.",
      paper: gopher)
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The signal of this name.
  public static func find(_ name: String) -> SignalDescription? { byName[name] }
}
