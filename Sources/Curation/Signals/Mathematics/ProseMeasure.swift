import Corpora
import TextKernels

extension ColumnMeasure {
  /// Gopher's measurements on the prose of a text with formulas. A formula counts as one word that is
  /// the same wherever the formula is; LaTeX commands, braces, labels, references and comments count
  /// for nothing. Without that, `x_{n+1} = f(x_n)` is sixteen symbols and letters, and Gopher's rules take
  /// mathematics for noise. Words are cut in the mode `fast`, whichever the pack names.
  static let prose = ColumnMeasure(
    signals: [
      .init(
        "formula_count", "formulas",
        "Formulas between $, $$, \\( \\) and \\[ \\] and in environments such as equation."),
      .init("dollar_pair_count", "formulas", "Formulas between $ or $$."),
      .init("formula_char_ratio", "share of code points", "What lies in formulas."),
    ] + ProseMeter.measured.compactMap(ofProse)
  ) { try ProseMeter() }

  /// Gopher's signal of this name, on prose.
  private static func ofProse(_ name: String) -> SignalDescription? {
    let gopher = SignalGroup.gopherQuality.signals + SignalGroup.gopherRepetition.signals
    guard var signal = gopher.first(where: { $0.name == name }) else { return nil }
    signal.name = "prose_" + name
    signal.meaning +=
      " Of the prose: a formula is one word, LaTeX's marks are none; cut in the mode fast."
    return signal
  }
}

/// Measures the prose of texts with formulas; for one thread.
private final class ProseMeter: ColumnMeter {
  static let measured =
    ["word_count", "mean_word_length", "alpha_word_ratio", "stop_word_count"]
    + ["dup_para_char_frac", "dup_line_char_frac"]
    + (2...4).map { "top_\($0)_gram" } + (5...10).map { "dup_\($0)_gram" }

  private let meter: SignalMeter
  private var prose: [UInt8] = []

  init() throws { meter = try SignalMeter(Self.measured, words: .fast) }

  func measure(
    _ batch: DocumentBatch, texts: ByteColumn, into signals: inout ColumnTable
  ) throws {
    let names = ColumnMeasure.prose.signals.map(\.name)
    var columns = [[Float]](repeating: [], count: names.count)
    for document in 0..<texts.count {
      var counts = math_counts()
      let (length, characters) = texts.withBytes(document) { readProse(of: $0, &counts) }
      columns[0].append(Float(counts.formulas))
      columns[1].append(Float(counts.dollar_pairs))
      columns[2].append(ratio(counts.formula_characters, of: characters))
      let values = try prose.withUnsafeBytes {
        try meter.measure(UnsafeRawBufferPointer(rebasing: $0[..<length]))
      }
      for (index, value) in values.enumerated() { columns[3 + index].append(value) }
    }
    for (name, column) in zip(names, columns) { signals.set(name, .float32(column)) }
  }

  /// Fills `prose`; returns its length in bytes and the code points of the text.
  private func readProse(
    of text: UnsafeRawBufferPointer, _ counts: inout math_counts
  ) -> (length: Int, characters: Int) {
    guard let start = text.bindMemory(to: UInt8.self).baseAddress else { return (0, 0) }
    let room = text_prose_room(text.count)
    if prose.count < room { prose = [UInt8](repeating: 0, count: room) }
    let length = prose.withUnsafeMutableBufferPointer {
      text_prose(start, text.count, $0.baseAddress, &counts)
    }
    return (length, text.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) })
  }
}
