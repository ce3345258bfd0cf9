import TextKernels

extension SignalGroup {
  /// Gopher's rules as Dolma's tagger `gopher_v2` takes them, on white space words: every copy of
  /// what repeats counts, and shares are of the words' code points.
  static let dolmaGopher = SignalGroup(
    signals: [
      .init("dolma_word_count", "words", "Words between white space.", paper: Paper.dolma),
      .init(
        "dolma_median_word_length", "code points", "The median length of words.",
        paper: Paper.dolma),
      .init(
        "dolma_symbol_word_ratio", "share of words", "Words that hold # or ….",
        paper: Paper.dolma),
      .init(
        "dolma_alpha_word_ratio", "share of words", "Words with at least one letter.",
        paper: Paper.dolma),
      .init(
        "dolma_required_word_count", "words",
        "Occurrences of the be to of and that have with, in lower case.", paper: Paper.dolma),
      .init(
        "dolma_bullet_line_ratio", "share of lines",
        "Lines (parts between runs of newlines) that start with * or -.", paper: Paper.dolma),
      .init(
        "dolma_ellipsis_line_ratio", "share of lines", "Lines that end with ….",
        paper: Paper.dolma),
      .init(
        "dolma_dup_line_frac", "share of lines", "Lines of which there are several, all copies.",
        paper: Paper.dolma),
      .init(
        "dolma_dup_line_char_frac", "code points per code point of words",
        "Code points of lines of which there are several, all copies.", paper: Paper.dolma),
    ] + (2...4).map(dolmaTopGram) + (5...10).map(dolmaDuplicateGram), needsWords: true
  ) { anatomy, values in
    let parts = anatomy.parts
    var counts = dolma_counts()
    var lines = repeated_parts()
    var windows = word_windows()
    guard text_anatomy_dolma_counts(parts, &counts),
      text_anatomy_repeated_parts(parts, &parts.pointee.segments, false, &lines),
      text_anatomy_windows(parts, false, &windows)
    else { throw TextAnatomy.noMemory(anatomy.byteCount) }
    // The tagger has 0 where there is nothing to divide by, and no n-grams of too few words.
    let words = max(counts.words, 1)
    let characters = max(counts.characters, 1)
    let lineCount = anatomy.byteCount == 0 ? 1 : max(counts.lines, 1)
    values[0] = Float(counts.words)
    values[1] = Float(Double(counts.twice_median) / 2)
    values[2] = ratio(counts.symbol_words, of: words)
    values[3] = ratio(counts.alpha_words, of: words)
    values[4] = Float(counts.required_words)
    values[5] = ratio(counts.bullet_lines, of: lineCount)
    values[6] = ratio(counts.ellipsis_lines, of: lineCount)
    values[7] = ratio(lines.parts, of: lineCount)
    values[8] = ratio(lines.characters, of: characters)
    for n in 2...10 {
      let totals = word_windows_of(&windows, Int32(n))
      values[7 + n] =
        totals.most == 0
        ? .nan
        : n < 5
          ? ratio(totals.first &* totals.most, of: characters)
          : ratio(totals.copies, of: max(Int(clamping: totals.all), 1))
    }
  }

  private static func dolmaTopGram(_ n: Int) -> SignalDescription {
    .init(
      "dolma_top_\(n)_gram", "share of code points of words",
      "Length of the words of the most frequent \(n)-gram, times its count.", paper: Paper.dolma)
  }

  private static func dolmaDuplicateGram(_ n: Int) -> SignalDescription {
    .init(
      "dolma_dup_\(n)_gram", "share of the length of all \(n)-grams",
      "Length of \(n)-grams of words of which there are several, all copies, overlaps and all.",
      paper: Paper.dolma)
  }
}
