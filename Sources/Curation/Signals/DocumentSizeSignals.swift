extension SignalGroup {
  /// How long a document is.
  static let documentSize = SignalGroup(
    names: ["byte_count", "char_count", "line_count", "mean_line_length"], needsWords: false
  ) { anatomy, values in
    values[0] = Float(anatomy.byteCount)
    values[1] = Float(anatomy.characterCount)
    values[2] = Float(anatomy.lineCount)
    values[3] = ratio(anatomy.characterCount, of: anatomy.lineCount)
  }
}
