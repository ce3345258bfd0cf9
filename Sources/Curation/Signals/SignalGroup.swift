/// Signals that one function measures together on one anatomy.
struct SignalGroup: Sendable {
  /// What the values mean, in the order in which `measure` writes them.
  let signals: [SignalDescription]
  /// Whether the anatomy must have been cut into words.
  let needsWords: Bool
  /// Writes one value a signal.
  let measure: @Sendable (TextAnatomy, UnsafeMutableBufferPointer<Float>) throws -> Void

  /// Every group, in the order in which they are measured.
  static let all: [SignalGroup] =
    [
      documentSize, gopherQuality, gopherRepetition,
      fineWebLines, fineWebLists, c4Paragraphs,
      dolmaGopher, dolmaC4, dclmQuality, dclmRepetition, redPajama,
      sourceCode, codeCharacters, encodedData, fileBeginning,
      mathematics, mathPage,
    ] + stopWordsByLanguage
}

/// A ratio; NaN where there is nothing to divide by.
func ratio(_ part: some BinaryInteger, of whole: Int) -> Float {
  whole == 0 ? .nan : Float(Double(part) / Double(whole))
}
