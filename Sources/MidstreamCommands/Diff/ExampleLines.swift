import Corpora
import Runs
import Streams

/// Ids and the starts of texts of the documents that are shown, read again from their runs.
struct ExampleLines {
  private let a: Excerpts
  private let b: Excerpts
  private let idsA: [DocumentPlace: String]
  private let idsB: [DocumentPlace: String]

  /// - Parameter pick: calls its argument with every example, and whether it is from A.
  init(
    _ a: ComparedRun, _ b: ComparedRun, exampleCount: Int, lineBytes: Int,
    pick: ((FlipTally.Example, Bool) -> Void) -> Void
  ) throws {
    var places: [Bool: Set<DocumentPlace>] = [true: [], false: []]
    if exampleCount > 0 {
      pick { example, inA in
        places[inA, default: []].insert(example.place)
        if let place = example.placeInA { places[true, default: []].insert(place) }
      }
    }
    let inA = places[true] ?? []
    let inB = places[false] ?? []
    self.a = try Excerpts(inA, in: a.tasks, byteCount: lineBytes)
    self.b = try Excerpts(inB, in: b.tasks, byteCount: lineBytes)
    idsA = try Self.ids(inA, a.tasks)
    idsB = try Self.ids(inB, b.tasks)
  }

  private static func ids(
    _ places: Set<DocumentPlace>, _ tasks: [MeasuredTask]
  ) throws -> [DocumentPlace: String] {
    var found: [DocumentPlace: String] = [:]
    for (task, places) in Dictionary(grouping: places, by: \.task) {
      let ids = try ColumnFile.read(tasks[task].columns).bytes(StreamColumn.id)
      for place in places { found[place] = ids.string(place.document) }
    }
    return found
  }

  /// - Parameter inA: the example's place is one of run A.
  func example(_ example: FlipTally.Example, inA: Bool) -> RunDiff.Example {
    let line = Self.oneLine(inA ? a[example.place] : b[example.place])
    return RunDiff.Example(
      id: (inA ? idsA : idsB)[example.place] ?? "?",
      line: example.placeInA.map { Self.oneLine(a[$0]) } ?? line,
      lineB: example.placeInA == nil ? nil : line,
      evidence: example.evidence.isEmpty ? nil : Self.oneLine(example.evidence))
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
