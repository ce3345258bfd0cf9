import Corpora
import Streams

/// The windows that came most often.
struct FrequentRepeats: Sendable {
  struct Window: Sendable, Equatable {
    /// How often it stands in the corpus.
    var count: Int
    /// The place where it stands first.
    var first: Int

    /// Whether it is shown before another.
    func isBefore(_ other: Window) -> Bool { (other.count, first) < (count, other.first) }
  }

  /// Windows that are kept of a bucket. Windows of one long passage are neighbours of about the same
  /// count, so that many are needed to know the passages that come behind it.
  private static let limit = 20_000

  private(set) var windows: [Window] = []
  /// What a window must come before once there are enough.
  private var last: Window?

  mutating func add(_ window: Window) {
    if let last, !window.isBefore(last) { return }
    windows.append(window)
    if windows.count >= 2 * Self.limit { trim() }
  }

  mutating func trim() {
    windows.sort { $0.isBefore($1) }
    guard windows.count > Self.limit else { return }
    windows.removeLast(windows.count - Self.limit)
    last = windows.last
  }

  /// The `wanted` most frequent windows that do not overlap each other where they stand first.
  func distinct(_ wanted: Int, length: Int) -> [Window] {
    var taken: [Window] = []
    for window in windows.sorted(by: { $0.isBefore($1) }) {
      if taken.count == wanted { break }
      if taken.allSatisfy({ abs($0.first - window.first) >= length }) { taken.append(window) }
    }
    return taken
  }

  var table: ColumnTable {
    var table = ColumnTable()
    table.set("count", .uint64(windows.map { UInt64($0.count) }))
    table.set("first", .uint64(windows.map { UInt64($0.first) }))
    return table
  }

  init() {}

  init(_ table: ColumnTable) throws {
    windows = try zip(try table.uint64("count"), try table.uint64("first")).map {
      guard let count = Int(exactly: $0), let first = Int(exactly: $1) else {
        throw Fault(
          .input, "a table of frequent substrings is damaged", found: "place \($1), count \($0)",
          hint: "remove the output folder and start again")
      }
      return Window(count: count, first: first)
    }
  }
}
