import Streams

/// Writes documents as token ids into shards `NAME-00000.tokens.zst`, `NAME-00001.tokens.zst` … of
/// one folder. The same documents give the same bytes.
///
/// A file exists only when it is complete. A document is never cut: one that would pass the token
/// limit begins the next file, and a longer one has a file for itself.
public final class ShardWriter {
  private let folder: String
  private let name: String
  private let header: ShardHeader
  private let origin: ShardOrigin
  private let tokenLimit: Int
  private let level: Int32
  private var current: ShardFileWriter?
  private var entries: [ShardEntry] = []

  /// - Parameters:
  ///   - name: the start of the files' names; no '/'.
  ///   - tokenLimit: tokens a file, at most.
  ///   - level: of zstd; 3 loses little against higher ones and is many times as fast.
  public init(
    folder: String, name: String, header: ShardHeader, origin: ShardOrigin,
    tokenLimit: Int = 1 << 29, level: Int32 = 3
  ) throws {
    guard !name.isEmpty, !name.contains("/"), (1...1 << 34).contains(tokenLimit) else {
      throw Fault(
        .input, "shards cannot be named '\(name)' or hold \(tokenLimit) tokens",
        expected: "a file name and 1 to \(1 << 34) tokens a shard")
    }
    try header.check()
    self.folder = folder
    self.name = name
    self.header = header
    self.origin = origin
    self.tokenLimit = tokenLimit
    self.level = level
  }

  /// Appends one document; the end of the text is added behind it.
  public func append(_ ids: UnsafeBufferPointer<UInt32>) throws {
    try check(ids)
    let length = ids.count + (header.endOfText == nil ? 0 : 1)
    if let file = current, file.documentCount > 0, file.tokenCount + length > tokenLimit {
      try finishFile()
    }
    let file = try current ?? openFile()
    try file.append(ids)
  }

  /// Appends one document.
  public func append(_ ids: [UInt32]) throws {
    try ids.withUnsafeBufferPointer { try append($0) }
  }

  /// Completes the last file, and says what was written. Without documents there is one empty file.
  public func finish() throws -> [ShardEntry] {
    if current == nil, entries.isEmpty { _ = try openFile() }
    try finishFile()
    return entries
  }

  private func check(_ ids: UnsafeBufferPointer<UInt32>) throws {
    var highest: UInt32 = 0
    for id in ids { highest = max(highest, id) }
    guard ids.isEmpty || highest < header.vocabularyCount else {
      throw Fault(
        .input, "a document of '\(name)' has an id that its tokenizer does not have",
        found: "\(highest)", expected: "ids below \(header.vocabularyCount)")
    }
    guard ids.count < UInt32.max else {
      throw Fault(.input, "a document of '\(name)' is too long", found: "\(ids.count) tokens")
    }
  }

  private func openFile() throws -> ShardFileWriter {
    let path = "\(folder)/\(name)-\(zeroPadded(entries.count)).tokens.zst"
    let file = try ShardFileWriter(path, header: header, origin: origin, level: level)
    current = file
    return file
  }

  private func finishFile() throws {
    guard let file = current else { return }
    try file.finish()
    current = nil
    entries.append(
      ShardEntry(
        file: String(file.file.path.dropFirst(folder.count + 1)), tokenCount: file.tokenCount,
        documentCount: file.documentCount, byteCount: file.file.byteCount,
        digest: try ContentDigest(file: file.file.path), vocabularyCount: header.vocabularyCount,
        tokenizerDigest: header.tokenizerDigest, origin: origin))
  }
}
