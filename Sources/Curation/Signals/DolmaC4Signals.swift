import TextKernels

extension SignalGroup {
  /// C4's rules as Dolma's tagger `c4_v2` takes them, without its word list.
  static let dolmaC4 = SignalGroup(
    signals: [
      .init(
        "dolma_has_curly_brace", "0 or 1", "Whether the text holds {.", paper: Paper.dolma),
      .init(
        "dolma_has_lorem_ipsum", "0 or 1", "Whether the text holds lorem ipsum, in any case.",
        paper: Paper.dolma),
      .init(
        "dolma_has_javascript", "0 or 1",
        "Whether the text holds javascript, in any case, within a word too.", paper: Paper.dolma),
      .init(
        "dolma_c4_line_count", "lines", "Parts between newlines, empty ones too.",
        paper: Paper.dolma),
      .init(
        "dolma_no_end_line_ratio", "share of lines",
        "Lines that end, before white space, in none of . ? ! \".", paper: Paper.dolma),
      .init(
        "dolma_no_end_char_ratio", "share of code points",
        "Code points of the lines that end in none of . ? ! \", with their newlines.",
        paper: Paper.dolma),
      .init(
        "dolma_short_line_ratio", "share of lines", "Lines of less than three words.",
        paper: Paper.dolma),
      .init(
        "dolma_short_line_char_ratio", "share of code points",
        "Code points of the lines of less than three words, with their newlines.",
        paper: Paper.dolma),
    ], needsWords: false
  ) { anatomy, values in
    var counts = dolma_c4_counts()
    text_anatomy_dolma_c4_counts(anatomy.parts, &counts)
    values[0] = counts.curly_brace ? 1 : 0
    values[1] = counts.lorem_ipsum ? 1 : 0
    values[2] = counts.javascript ? 1 : 0
    values[3] = Float(counts.lines)
    values[4] = ratio(counts.no_end_lines, of: counts.lines)
    values[5] = ratio(counts.no_end_characters, of: anatomy.characterCount)
    values[6] = ratio(counts.short_lines, of: counts.lines)
    values[7] = ratio(counts.short_characters, of: anatomy.characterCount)
  }
}
