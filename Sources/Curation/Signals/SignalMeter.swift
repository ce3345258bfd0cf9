import Corpora
import Runs
import Streams

/// Measures the signals that somebody asks for, and nothing that only others would need.
///
///     let meter = try SignalMeter(["word_count", "top_2_gram"])
///     let signals = try meter.measure(batch.texts)  // one float32 column a signal
///
/// A meter owns reused buffers: keep one a thread.
public final class SignalMeter {
  /// A signal under the name of its column.
  struct Measurement: Sendable, Equatable {
    var column: String
    var signal: String
    var words: WordMode
  }

  /// The columns, in the order of the values.
  public let names: [String]
  /// Groups that measure texts as they are, and those that count words, by the way of cutting.
  private let wordless: [Part]
  private let byWords: [(words: WordMode, parts: [Part])]
  /// Where each column is among the values of all groups in use.
  private let positions: [Int]
  private let anatomy: TextAnatomy
  private var row: [Float]

  /// A group, and where its values start in a row.
  private struct Part {
    var group: SignalGroup
    var range: Range<Int>
  }

  /// A meter for `names`, each once. Names of signals that are not measured on the text alone (the
  /// language) are faults here; `SignalMeter.measures` tells.
  public convenience init(
    _ names: some Sequence<String>, words: WordMode = .datatrove
  ) throws {
    var wanted: [String] = []
    for name in names where !wanted.contains(name) { wanted.append(name) }
    if let unknown = wanted.first(where: { !Self.measures($0) }) {
      throw Fault(
        .input, "there is no signal '\(unknown)' that is measured on a text",
        hint: NearestName.find(
          unknown, in: SignalRegistry.all.map(\.name).filter(Self.measures)
        ).map { "did you mean '\($0)'?" })
    }
    try self.init(
      wanted.map { Measurement(column: $0, signal: $0, words: words) }, anatomy: TextAnatomy())
  }

  /// A meter for signals that `measures` affirms.
  init(_ measurements: [Measurement], anatomy: TextAnatomy) {
    names = measurements.map(\.column)
    self.anatomy = anatomy
    var wordless: [Part] = []
    var byWords: [(words: WordMode, parts: [Part])] = []
    var first: [GroupKey: Int] = [:]
    var width = 0
    var positions: [Int] = []
    for measurement in measurements {
      guard let key = GroupKey(measurement) else { continue }
      let group = SignalGroup.all[key.group]
      if first[key] == nil {
        let part = Part(group: group, range: width..<width + group.signals.count)
        if let words = key.words {
          let place = byWords.firstIndex { $0.words == words } ?? byWords.count
          if place == byWords.count { byWords.append((words, [])) }
          byWords[place].parts.append(part)
        } else {
          wordless.append(part)
        }
        first[key] = width
        width += group.signals.count
      }
      let offset = group.signals.firstIndex { $0.name == measurement.signal } ?? 0
      positions.append((first[key] ?? 0) + offset)
    }
    self.wordless = wordless
    self.byWords = byWords
    self.positions = positions
    row = [Float](repeating: .nan, count: width)
  }

  /// One run of a group on a text.
  private struct GroupKey: Hashable {
    var group: Int
    var words: WordMode?

    init?(_ measurement: Measurement) {
      guard
        case .text(let index, let needsWords) = SignalRegistry.entries[measurement.signal]?.source
      else { return nil }
      group = index
      words = needsWords ? measurement.words : nil
    }
  }

  /// Whether this signal is measured on the text alone, by a meter.
  public static func measures(_ name: String) -> Bool {
    if case .text = SignalRegistry.entries[name]?.source { true } else { false }
  }

  /// Whether the signal depends on how the text is cut into words.
  static func needsWords(_ name: String) -> Bool {
    if case .text(_, true) = SignalRegistry.entries[name]?.source { true } else { false }
  }

  /// All signals of one text, in the order of `names`.
  public func measure(_ text: UnsafeRawBufferPointer) throws -> [Float] {
    try anatomy.withText(text, words: nil) { _ in try fillRow() }
    return positions.map { row[$0] }
  }

  /// One float32 column a signal, one value a text.
  public func measure(_ texts: ByteColumn) throws -> ColumnTable {
    var columns = [[Float]](repeating: [], count: positions.count)
    for column in columns.indices { columns[column].reserveCapacity(texts.count) }
    for index in 0..<texts.count {
      try texts.withBytes(index) { text in
        try anatomy.withText(text, words: nil) { _ in try appendRow(to: &columns) }
      }
    }
    var table = ColumnTable()
    for (name, column) in zip(names, columns) { table.set(name, .float32(column)) }
    return table
  }

  /// Measures the text that the anatomy is filled with and appends one value to each column.
  func appendRow(to columns: inout [[Float]]) throws {
    try fillRow()
    for (column, position) in positions.enumerated() { columns[column].append(row[position]) }
  }

  private func fillRow() throws {
    try row.withUnsafeMutableBufferPointer { values in
      for part in wordless {
        try part.group.measure(anatomy, UnsafeMutableBufferPointer(rebasing: values[part.range]))
      }
      for (words, parts) in byWords {
        try anatomy.requireWords(words)
        for part in parts {
          try part.group.measure(anatomy, UnsafeMutableBufferPointer(rebasing: values[part.range]))
        }
      }
    }
  }
}
