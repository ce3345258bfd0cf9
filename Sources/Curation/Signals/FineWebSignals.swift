import TextKernels

extension SignalGroup {
  /// The most code points of a short line.
  private static let shortLine = 30

  /// FineWeb's measurements of lines as datatrove takes them. Lines are what stands between two
  /// "\n" and is not blank, with the spaces around it.
  static let fineWebLines = SignalGroup(
    signals: [
      .init(
        "nonblank_line_count", "lines", "Lines between newlines that are not blank.",
        paper: Paper.fineWeb),
      .init(
        "line_punct_ratio", "share of lines",
        "Lines that are not blank and whose last character ends a sentence in some script.",
        paper: Paper.fineWeb),
      .init(
        "short_line_ratio", "share of lines",
        "Lines that are not blank, of at most \(shortLine) code points.", paper: Paper.fineWeb),
      .init(
        "char_dup_ratio", "share of code points",
        "Code points, without newlines, of lines that occurred before in the document.",
        paper: Paper.fineWeb),
    ], needsWords: false
  ) { anatomy, values in
    var shapes = anatomy_line_shapes()
    guard text_anatomy_line_shapes(anatomy.parts, shortLine, &shapes) else {
      throw TextAnatomy.noMemory(anatomy.byteCount)
    }
    values[0] = Float(shapes.lines)
    values[1] = ratio(shapes.terminal, of: shapes.lines)
    values[2] = ratio(shapes.short_lines, of: shapes.lines)
    values[3] = ratio(
      shapes.duplicate_characters,
      of: anatomy.characterCount - text_anatomy_newlines(anatomy.parts))
  }

  /// FineWeb's rule against lists.
  static let fineWebLists = SignalGroup(
    signals: [
      .init(
        "list_ratio", "per word or symbol", "Newlines for each word or symbol.",
        paper: Paper.fineWeb)
    ], needsWords: true
  ) { anatomy, values in
    values[0] = ratio(text_anatomy_newlines(anatomy.parts), of: anatomy.wordCount)
  }

  /// C4's rule of paragraphs.
  static let c4Paragraphs = SignalGroup(
    signals: [
      .init(
        "third_longest_line", "code points",
        "The length of the third longest line between newlines; 0 for fewer than three.",
        paper: Paper.mC4)
    ], needsWords: false
  ) { anatomy, values in
    values[0] = Float(text_anatomy_third_longest_line(anatomy.parts))
  }
}
