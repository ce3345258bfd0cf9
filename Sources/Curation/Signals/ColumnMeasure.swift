import Corpora

/// Signals that are measured a batch at a time: texts (a language), and what depends on more than the
/// document's text (its URL, its name).
struct ColumnMeasure: Sendable {
  let signals: [SignalDescription]
  /// Makes a meter for one thread.
  let makeMeter: @Sendable () throws -> any ColumnMeter

  static let all: [ColumnMeasure] = [
    language,
    sourceFileName, sourceFileContent, prose,
  ]
}

/// Measures columns; for one thread.
protocol ColumnMeter: AnyObject {
  /// Adds one column a signal.
  /// - Parameter texts: the version of the batch's texts to measure.
  func measure(
    _ batch: DocumentBatch, texts: ByteColumn, into signals: inout ColumnTable) throws
}

extension ColumnMeasure {
  /// The language identifier.
  static let language = ColumnMeasure(
    signals: [
      .init(
        LanguageDetector.languageColumn, "ISO 639 code",
        "The language that most of the text is in.", kind: .text),
      .init(
        LanguageDetector.scoreColumn, "probability",
        "How sure the language identifier is of `language`."),
    ]
  ) { LanguageDetector() }
}

extension LanguageDetector: ColumnMeter {
  func measure(
    _ batch: DocumentBatch, texts: ByteColumn, into signals: inout ColumnTable
  ) throws {
    let (codes, scores) = detect(texts)
    signals.set(Self.languageColumn, .bytes(codes))
    signals.set(Self.scoreColumn, .float32(scores))
  }
}
