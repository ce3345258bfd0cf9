import TextKernels

extension SignalGroup {
  /// Gopher's quality rules as DCLM's reproduction of RefinedWeb takes them.
  static let dclmQuality = SignalGroup(
    signals: [
      .init(
        "dclm_word_count", "words",
        "Words as fastText cuts them, at ASCII white space, that start with a letter or digit.",
        paper: Paper.dclm),
      .init(
        "dclm_mean_word_length", "code points", "The mean length of words between white space.",
        paper: Paper.dclm),
      .init(
        "dclm_symbol_ratio", "per word",
        "Occurrences of #, ..., . . . and … for each word between white space.",
        paper: Paper.dclm),
      .init(
        "dclm_bullet_line_ratio", "share of lines",
        "Lines, not of white space alone, that start behind it with ● • * or -.",
        paper: Paper.dclm),
      .init(
        "dclm_ellipsis_line_ratio", "share of lines",
        "Lines, not of white space alone, that end before it in ..., . . . or ….",
        paper: Paper.dclm),
      .init(
        "dclm_non_alpha_word_ratio", "share of words", "Words without a letter.",
        paper: Paper.dclm),
      .init(
        "dclm_stop_word_count", "words",
        "Occurrences of the be to of and that have with, in any case.", paper: Paper.dclm),
    ], needsWords: false
  ) { anatomy, values in
    var counts = dclm_counts()
    guard text_anatomy_dclm_counts(anatomy.parts, &counts) else {
      throw TextAnatomy.noMemory(anatomy.byteCount)
    }
    let symbols =
      anatomy.parts.pointee.hash_signs + anatomy.parts.pointee.ellipses + counts.spaced_ellipses
    values[0] = Float(counts.tokens)
    values[1] = ratio(counts.characters, of: counts.words)
    values[2] = ratio(symbols, of: counts.words)
    values[3] = ratio(counts.bullet_lines, of: counts.lines)
    values[4] = ratio(counts.ellipsis_lines, of: counts.lines)
    values[5] = ratio(counts.words - counts.alpha_words, of: counts.words)
    values[6] = Float(counts.stop_words)
  }

  /// Gopher's repetition rules as DCLM takes them: all copies count, and white space at the ends of
  /// lines and paragraphs does not.
  static let dclmRepetition = SignalGroup(
    signals: [
      .init(
        "dclm_line_count", "lines", "Lines that are not of white space alone.", paper: Paper.dclm),
      .init(
        "dclm_dup_line_frac", "share of lines", "Lines of which there are several, all copies.",
        paper: Paper.dclm),
      .init(
        "dclm_dup_para_frac", "share of paragraphs",
        "Paragraphs (parts between two newlines) of which there are several, all copies.",
        paper: Paper.dclm),
      .init(
        "dclm_dup_line_char_frac", "share of code points of lines",
        "Code points of lines of which there are several, all copies.", paper: Paper.dclm),
      .init(
        "dclm_dup_para_char_frac", "share of code points of paragraphs",
        "Code points of paragraphs of which there are several, all copies.", paper: Paper.dclm),
    ] + (2...4).map(dclmTopGram) + (5...10).map(dclmDuplicateGram), needsWords: true
  ) { anatomy, values in
    let parts = anatomy.parts
    var lines = repeated_parts()
    var paragraphs = repeated_parts()
    var windows = word_windows()
    guard text_anatomy_repeated_parts(parts, &parts.pointee.segments, true, &lines),
      text_anatomy_repeated_parts(parts, &parts.pointee.paragraphs, true, &paragraphs),
      text_anatomy_windows(parts, true, &windows)
    else { throw TextAnatomy.noMemory(anatomy.byteCount) }
    values[0] = Float(lines.all_parts)
    values[1] = ratio(lines.parts, of: lines.all_parts)
    values[2] = ratio(paragraphs.parts, of: paragraphs.all_parts)
    values[3] = ratio(lines.characters, of: lines.all_characters)
    values[4] = ratio(paragraphs.characters, of: paragraphs.all_characters)
    let characters = Int(clamping: windows.characters)
    for n in 2...10 {
      let totals = word_windows_of(&windows, Int32(n))
      // What occurs once is no repetition.
      let top = totals.most > 1 ? totals.longest &* totals.most : 0
      values[3 + n] = ratio(n < 5 ? top : totals.covered, of: characters)
    }
  }

  private static func dclmTopGram(_ n: Int) -> SignalDescription {
    .init(
      "dclm_top_\(n)_gram", "share of code points of words",
      "Length of the most frequent \(n)-gram, of several the longest, times its count.",
      paper: Paper.dclm)
  }

  private static func dclmDuplicateGram(_ n: Int) -> SignalDescription {
    .init(
      "dclm_dup_\(n)_gram", "share of code points of words",
      "Length of the words that stand in an \(n)-gram of which there are several.",
      paper: Paper.dclm)
  }
}
