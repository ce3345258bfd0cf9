import TextKernels

extension SignalGroup {
  /// The words of Gopher's stop word rule.
  static let stopWords = ["the", "be", "to", "of", "and", "that", "have", "with"]

  private static let stopWordHashes = stopWords.map { word in
    Array(word.utf8).withUnsafeBufferPointer { text_anatomy_word_hash($0.baseAddress, $0.count) }
  }

  /// Gopher's quality measurements as datatrove takes them. Rae et al. 2021, arXiv:2112.11446.
  static let gopherQuality = SignalGroup(
    signals: [
      .init(
        "word_and_symbol_count", "words and symbols",
        "Tokens of the text, symbols standing alone included.", paper: Paper.gopher),
      .init("word_count", "words", "Words that are not only symbols.", paper: Paper.gopher),
      .init(
        "mean_word_length", "code points",
        "The mean length of words that are not only symbols.", paper: Paper.gopher),
      .init(
        "hash_ratio", "per word or symbol", "Occurrences of # for each word or symbol.",
        paper: Paper.gopher),
      .init(
        "ellipsis_ratio", "per word or symbol",
        "Occurrences of ... and … for each word or symbol.", paper: Paper.gopher),
      .init(
        "bullet_line_ratio", "share of lines",
        "Lines whose first non-space character is • or -.", paper: Paper.gopher),
      .init(
        "ellipsis_line_ratio", "share of lines",
        "Lines that end, before spaces, in ... or ….", paper: Paper.gopher),
      .init(
        "alpha_word_ratio", "share of words and symbols",
        "Words with at least one letter.", paper: Paper.gopher),
      .init(
        "stop_word_count", "distinct words",
        "How many of the be to of and that have with occur, in lower case.", paper: Paper.gopher),
    ], needsWords: true
  ) { anatomy, values in
    let parts = anatomy.parts
    let totals = text_anatomy_word_totals(parts, stopWordHashes, stopWordHashes.count)
    var bullets = 0
    var ellipses = 0
    text_anatomy_line_marks(parts, &bullets, &ellipses)
    let words = anatomy.wordCount
    values[0] = Float(words)
    values[1] = Float(totals.letter_words)
    values[2] = ratio(totals.letter_characters, of: totals.letter_words)
    values[3] = ratio(parts.pointee.hash_signs, of: words)
    values[4] = ratio(parts.pointee.ellipses, of: words)
    values[5] = ratio(bullets, of: anatomy.lineCount)
    values[6] = ratio(ellipses, of: anatomy.lineCount)
    values[7] = ratio(totals.alpha_words, of: words)
    values[8] = Float(totals.distinct_marked)
  }
}
