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
  /// The measured signals, in the order of the columns.
  public let names: [String]
  private let groups: [(group: SignalGroup, first: Int)]
  /// Where each name is among the values of all groups in use.
  private let positions: [Int]
  private let needsWords: Bool
  private let anatomy: TextAnatomy
  private var row: [Float]

  /// A meter for `names`, each once. Names of signals that other rooms measure (the language) are
  /// faults here; `SignalMeter.measures` tells.
  public init(_ names: some Sequence<String>) throws {
    var wanted: [String] = []
    for name in names where !wanted.contains(name) { wanted.append(name) }
    if let unknown = wanted.first(where: { !Self.measures($0) }) {
      throw Fault(
        .input, "there is no signal '\(unknown)' that is measured on a text",
        hint: NearestName.find(unknown, in: Self.measured.keys.sorted()).map {
          "did you mean '\($0)'?"
        })
    }
    self.names = wanted
    var groups: [(SignalGroup, Int)] = []
    var position: [String: Int] = [:]
    var width = 0
    for group in SignalGroup.all where group.names.contains(where: wanted.contains) {
      groups.append((group, width))
      for (offset, name) in group.names.enumerated() { position[name] = width + offset }
      width += group.names.count
    }
    self.groups = groups
    positions = wanted.compactMap { position[$0] }
    needsWords = groups.contains { $0.0.needsWords }
    row = [Float](repeating: .nan, count: width)
    anatomy = try TextAnatomy()
  }

  private static let measured: [String: Int] = Dictionary(
    SignalGroup.all.enumerated().flatMap { index, group in group.names.map { ($0, index) } },
    uniquingKeysWith: { first, _ in first })

  /// Whether this signal is measured on the text alone, by a meter.
  public static func measures(_ name: String) -> Bool { measured[name] != nil }

  /// All signals of one text, in the order of `names`.
  public func measure(_ text: UnsafeRawBufferPointer) throws -> [Float] {
    try fillRow(text)
    return positions.map { row[$0] }
  }

  /// One float32 column a signal, one value a text.
  public func measure(_ texts: ByteColumn) throws -> ColumnTable {
    var columns = [[Float]](repeating: [], count: positions.count)
    for column in columns.indices { columns[column].reserveCapacity(texts.count) }
    for index in 0..<texts.count {
      try texts.withBytes(index) { try fillRow($0) }
      for (column, position) in positions.enumerated() { columns[column].append(row[position]) }
    }
    var table = ColumnTable()
    for (name, column) in zip(names, columns) { table.set(name, .float32(column)) }
    return table
  }

  private func fillRow(_ text: UnsafeRawBufferPointer) throws {
    try anatomy.withText(text, words: needsWords) { anatomy in
      try row.withUnsafeMutableBufferPointer { values in
        for (group, first) in groups {
          let end = first + group.names.count
          try group.measure(anatomy, UnsafeMutableBufferPointer(rebasing: values[first..<end]))
        }
      }
    }
  }
}
