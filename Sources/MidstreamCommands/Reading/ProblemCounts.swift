import Corpora
import Runs

extension ReadingProblems {
  /// For a record: how many of each kind, and the first places.
  var byKind: [ProblemCount] {
    counts.sorted { $0.key < $1.key }.map { kind, count in
      ProblemCount(
        kind: kind, count: count,
        places: first.filter { $0.kind.rawValue == kind }.map(\.description))
    }
  }
}
