import Glibc

/// Files that were named already, by their real paths: none is read twice.
struct DistinctFiles {
  private var known: Set<String> = []

  /// - Returns: whether the file is a new one.
  mutating func insert(_ path: String) -> Bool {
    guard let resolved = realpath(path, nil) else { return known.insert(path).inserted }
    defer { free(resolved) }
    return known.insert(String(cString: resolved)).inserted
  }
}
