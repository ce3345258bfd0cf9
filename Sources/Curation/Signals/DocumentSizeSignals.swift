extension SignalGroup {
  /// How long a document is.
  static let documentSize = SignalGroup(
    signals: [
      .init("byte_count", "bytes", "The length of the text in UTF-8."),
      .init("char_count", "code points", "The length of the text."),
      .init(
        "line_count", "lines", "Lines, cut at every Unicode line break; a last empty one not."),
      .init("mean_line_length", "code points", "Code points of the text for each line."),
    ], needsWords: false
  ) { anatomy, values in
    values[0] = Float(anatomy.byteCount)
    values[1] = Float(anatomy.characterCount)
    values[2] = Float(anatomy.lineCount)
    values[3] = ratio(anatomy.characterCount, of: anatomy.lineCount)
  }
}
