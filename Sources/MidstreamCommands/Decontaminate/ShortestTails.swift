import Curation
import Streams

/// Paths as short as they can be told apart: the last component, or as many as it takes.
struct ShortestTails {
  /// In the order of the paths.
  let tails: [String]

  init(_ paths: [String]) {
    let different = Set(paths)
    tails = paths.map { path in
      let components = path.split(separator: "/")
      for count in 1..<max(1, components.count) {
        let tail = components.suffix(count).joined(separator: "/")
        if !different.contains(where: { $0 != path && Self.ends($0, tail) }) { return tail }
      }
      return path
    }
  }

  private static func ends(_ path: String, _ tail: String) -> Bool {
    path == tail || path.hasSuffix("/" + tail)
  }
}

extension EvaluationSetReader.Read {
  /// The set with the file called by `name` in the ids of items that have none of their own.
  func named(_ name: String) -> Self {
    var read = self
    func short(_ id: String) -> String {
      let isPlace = id.hasPrefix(path + ":") || id.hasPrefix(path + "/")
      return isPlace ? name + id.dropFirst(path.count) : id
    }
    for index in read.set.items.indices {
      read.set.items[index].id = short(read.set.items[index].id)
    }
    read.empty = read.empty.map(short)
    return read
  }
}
