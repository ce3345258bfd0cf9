import TextKernels

extension SignalGroup {
  /// Gopher's repetition measurements as datatrove takes them. Rae et al. 2021, arXiv:2112.11446.
  static let gopherRepetition = SignalGroup(
    signals: [
      .init(
        "dup_para_frac", "share of paragraphs",
        "Paragraphs (parts between two or more newlines) that occurred before in the document.",
        paper: Paper.gopher),
      .init(
        "dup_para_char_frac", "share of code points",
        "Code points of paragraphs that occurred before in the document.", paper: Paper.gopher),
      .init(
        "dup_line_frac", "share of lines",
        "Lines (parts between runs of newlines) that occurred before in the document.",
        paper: Paper.gopher),
      .init(
        "dup_line_char_frac", "share of code points",
        "Code points of lines that occurred before in the document.", paper: Paper.gopher),
    ] + (2...4).map(topGram) + (5...10).map(duplicateGram), needsWords: true
  ) { anatomy, values in
    let parts = anatomy.parts
    var paragraphs = anatomy_duplicates()
    var lines = anatomy_duplicates()
    var grams = anatomy_repetition()
    guard text_anatomy_duplicates(parts, &parts.pointee.paragraphs, &paragraphs),
      text_anatomy_duplicates(parts, &parts.pointee.segments, &lines),
      text_anatomy_repetition(parts, &grams)
    else { throw TextAnatomy.noMemory(anatomy.byteCount) }
    let characters = anatomy.characterCount
    values[0] = ratio(paragraphs.parts, of: parts.pointee.paragraphs.count)
    values[1] = ratio(paragraphs.characters, of: characters)
    values[2] = ratio(lines.parts, of: parts.pointee.segments.count)
    values[3] = ratio(lines.characters, of: characters)
    values[4] = ratio(grams.top.0, of: characters)
    values[5] = ratio(grams.top.1, of: characters)
    values[6] = ratio(grams.top.2, of: characters)
    values[7] = ratio(grams.duplicate.0, of: characters)
    values[8] = ratio(grams.duplicate.1, of: characters)
    values[9] = ratio(grams.duplicate.2, of: characters)
    values[10] = ratio(grams.duplicate.3, of: characters)
    values[11] = ratio(grams.duplicate.4, of: characters)
    values[12] = ratio(grams.duplicate.5, of: characters)
  }

  private static func topGram(_ n: Int) -> SignalDescription {
    .init(
      "top_\(n)_gram", "share of code points",
      "Length of the most frequent \(n)-gram of words, times its count.", paper: Paper.gopher)
  }

  private static func duplicateGram(_ n: Int) -> SignalDescription {
    .init(
      "dup_\(n)_gram", "share of code points",
      "Code points in \(n)-grams of words that occurred before, counted without overlap.",
      paper: Paper.gopher)
  }
}
