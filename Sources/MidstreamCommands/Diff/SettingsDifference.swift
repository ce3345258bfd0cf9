/// The settings that differ between two runs.
enum SettingsDifference {
  /// Sorted by key; nothing where one of the runs' settings is not known.
  static func between(_ a: [String: String]?, _ b: [String: String]?) -> [RunDiff.Setting] {
    guard let a, let b else { return [] }
    return Set(a.keys).union(b.keys).sorted().filter { a[$0] != b[$0] }.map {
      RunDiff.Setting(key: $0, a: a[$0], b: b[$0])
    }
  }
}
