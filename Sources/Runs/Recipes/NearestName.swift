/// Suggests what the user may have meant.
public enum NearestName {
  /// The candidate with the fewest edits to `name`, or nil where none is near: at most a third of
  /// the letters, at least two.
  public static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
    let limit = max(2, name.count / 3)
    let nearest =
      candidates
      .map { (name: $0, edits: editDistance(name.lowercased(), $0.lowercased())) }
      .filter { $0.edits <= limit }
      .min { ($0.edits, $0.name) < ($1.edits, $1.name) }
    return nearest?.name
  }

  /// Levenshtein distance, with a swap of neighbours as one edit.
  static func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.unicodeScalars)
    let b = Array(b.unicodeScalars)
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        row[j] = min(last[j] + 1, row[j - 1] + 1, substitution)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
