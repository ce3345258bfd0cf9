import TextKernels

extension SignalGroup {
  /// RedPajama-V2's quality signals, but those that need a list of words or a model. "Normalised"
  /// is the text without ASCII punctuation, in lower case, its white space collapsed, in NFD. What
  /// RedPajama-V2 has for each line is here its sum or its mean over the lines.
  static let redPajama = SignalGroup(
    signals: [
      rps("doc_word_count", "words", "Words of the normalised text."),
      rps("doc_mean_word_length", "code points", "The mean length of words, normalised."),
      rps(
        "doc_symbol_to_word_ratio", "per raw word",
        "Occurrences of #, ... and … for each raw word (word characters, or others, in a row)."),
      rps(
        "doc_frac_lines_end_with_ellipsis", "share of lines",
        "Lines that end, before white space, in ... or …."),
      rps("doc_frac_no_alph_words", "share of raw words", "Raw words without A-Z and a-z."),
      rps("doc_frac_unique_words", "share of words", "Different words, normalised."),
      rps("doc_unigram_entropy", "nats", "Entropy of the frequencies of words, normalised."),
      rps("doc_frac_all_caps_words", "share of raw words", "Raw words in capitals."),
      rps(
        "doc_num_sentences", "sentences",
        "Parts between . ! ? that hold a letter, a digit or an underscore."),
      rps(
        "doc_lorem_ipsum", "per code point", "Occurrences of lorem ipsum in the normalised text."),
      rps("doc_curly_bracket", "per code point", "Occurrences of { and }."),
      rps("lines_count", "lines", "Lines, cut at newlines."),
      rps("lines_javascript_counts", "words", "Sum over the lines of the word javascript."),
      rps(
        "lines_ending_with_terminal_punctution_mark", "share of lines",
        "Lines that end, before white space, in . ! ? or ”."),
      rps("lines_num_words", "words per line", "Mean over the lines of their words, normalised."),
      rps(
        "lines_uppercase_letter_fraction", "mean share of code points",
        "Mean over the lines of their share of capitals."),
      rps(
        "lines_numerical_chars_fraction", "mean share of code points",
        "Mean over the lines, normalised, of their share of numerals."),
      rps(
        "lines_start_with_bulletpoint", "share of lines",
        "Lines that start, behind white space, with one of • ‣ ▶ ◀ ◦ ■ □ ▪ ▫ –."),
    ]
      + (2...4).map {
        rps(
          "doc_frac_chars_top_\($0)gram", "share of code points of words",
          "Length of the most frequent \($0)-gram of words times its count; 0 where it is 1.")
      }
      + (5...10).map {
        rps(
          "doc_frac_chars_dupe_\($0)grams", "share of code points of words",
          "Length of the words that stand in a \($0)-gram of which there are several.")
      }, needsWords: false
  ) { anatomy, values in
    var counts = redpajama_counts()
    guard text_anatomy_redpajama_counts(anatomy.parts, &counts) else {
      throw TextAnatomy.noMemory(anatomy.byteCount)
    }
    let symbols = anatomy.parts.pointee.hash_signs + anatomy.parts.pointee.ellipses
    let letters = Int(clamping: counts.windows.characters)
    values[0] = Float(counts.words)
    values[1] = rounded(letters, of: counts.words)
    values[2] = rounded(symbols, of: counts.raw_words)
    values[3] = rounded(counts.ellipsis_lines, of: counts.lines)
    values[4] = rounded(counts.raw_words - counts.letter_words, of: counts.raw_words)
    values[5] = rounded(counts.distinct_words, of: counts.words)
    values[6] = counts.words == 0 ? .nan : rounded(counts.entropy)
    values[7] = rounded(counts.upper_words, of: counts.raw_words)
    values[8] = Float(counts.sentences)
    values[9] = rounded(counts.lorem_ipsum, of: max(counts.characters, 1))
    values[10] = rounded(counts.curly_brackets, of: max(anatomy.characterCount, 1))
    values[11] = Float(counts.lines)
    values[12] = Float(counts.javascript_words)
    values[13] = rounded(counts.end_mark_lines, of: counts.lines)
    values[14] = rounded(counts.words, of: counts.lines)
    values[15] = counts.lines == 0 ? .nan : rounded(counts.upper_shares / Double(counts.lines))
    values[16] = counts.lines == 0 ? .nan : rounded(counts.numeric_shares / Double(counts.lines))
    values[17] = rounded(counts.bullet_lines, of: counts.lines)
    for n in 2...10 {
      let totals = word_windows_of(&counts.windows, Int32(n))
      let top = totals.most > 1 ? totals.first &* totals.most : 0
      values[16 + n] = rounded(Int(clamping: n < 5 ? top : totals.covered), of: max(letters, 1))
    }
  }

  private static func rps(_ name: String, _ unit: String, _ meaning: String) -> SignalDescription {
    .init("rps_\(name)", unit, meaning, paper: Paper.redPajama)
  }

  /// RedPajama-V2 stores eight decimals.
  private static func rounded(_ value: Double) -> Float {
    Float((value * 1e8).rounded(.toNearestOrEven) / 1e8)
  }

  private static func rounded(_ part: Int, of whole: Int) -> Float {
    whole == 0 ? .nan : rounded(Double(part) / Double(whole))
  }
}
