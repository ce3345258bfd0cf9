import Streams

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

  // MARK: A file

  private static let magic = Array("MSSITE01".utf8)

  /// Writes the counts, so that a run that goes on later edits as it did before.
  public func write(to path: String) throws {
    var bytes = Self.magic
    Self.append(UInt64(minimum), to: &bytes)
    Self.append(UInt64(count), to: &bytes)
    for (key, count) in zip(keys, counts) where key != 0 {
      Self.append(key, to: &bytes)
      Self.append(UInt64(count), to: &bytes)
    }
    let digest = bytes.withUnsafeBytes { ContentDigest($0) }
    Self.append(digest.low, to: &bytes)
    try OutputFile.write(bytes, to: path)
  }

  /// Reads what `write(to:)` wrote.
  public convenience init(contentsOf path: String) throws {
    let bytes = try InputFile.bytes(path)
    let damaged = Fault(
      .input, "'\(path)' is damaged or holds no counts of site lines", at: path,
      hint: "count the lines again")
    let head = Self.magic.count
    guard bytes.count >= head + 24, bytes.starts(with: Self.magic),
      (bytes.count - head - 24) % 16 == 0
    else { throw damaged }
    let entries: (minimum: UInt64, [(key: UInt64, count: UInt32)])? = bytes.withUnsafeBytes {
      file in
      let value = { (offset: Int) in
        UInt64(littleEndian: file.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      let end = file.count - 8
      let digest = ContentDigest(UnsafeRawBufferPointer(rebasing: file[..<end])).low
      let number = (end - head - 16) / 16
      guard digest == value(end), value(head + 8) == UInt64(number) else { return nil }
      return (
        value(head),
        (0..<number).map { index in
          (value(head + 16 + 16 * index), UInt32(clamping: value(head + 24 + 16 * index)))
        }
      )
    }
    guard let entries, let minimum = Int(exactly: entries.minimum) else { throw damaged }
    self.init(entries.1, minimum: minimum)
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
