/// In how many documents of its host each line occurs that occurs in several, after all inputs were
/// counted by `SiteLineCounts`; not changed any more, and shared by threads.
public final class FrozenSiteLines: Sendable {
  /// The least count that is in here.
  public let minimum: Int
  /// Open addressing; 0 marks a free place.
  private let keys: [UInt64]
  private let counts: [UInt32]
  /// Lines and hosts with at least `minimum` documents.
  public let count: Int

  /// Of no inputs: nothing is repeated.
  public convenience init() { self.init([], minimum: 2) }

  /// - Parameter entries: keys of lines and hosts, each once, with their counts of documents.
  init(_ entries: [(key: UInt64, count: UInt32)], minimum: Int) {
    var size = 16
    while size < entries.count + entries.count / 2 { size *= 2 }
    var keys = [UInt64](repeating: 0, count: size)
    var counts = [UInt32](repeating: 0, count: size)
    for (key, count) in entries {
      var place = Int(truncatingIfNeeded: key) & (size - 1)
      while keys[place] != 0 { place = (place + 1) & (size - 1) }
      keys[place] = key
      counts[place] = count
    }
    self.keys = keys
    self.counts = counts
    self.minimum = minimum
    count = entries.count
  }

  /// The documents that have a line of a host, or that are of a host; 0 where fewer than `minimum`.
  func count(of key: UInt64) -> Int {
    let mask = keys.count - 1
    let wanted = key == 0 ? 1 : key
    var place = Int(truncatingIfNeeded: wanted) & mask
    while keys[place] != 0 {
      if keys[place] == wanted { return Int(counts[place]) }
      place = (place + 1) & mask
    }
    return 0
  }
}
