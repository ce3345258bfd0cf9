import Streams
import TokenShards

/// One domain's shards on disk; they are opened as often as wanted.
public struct DomainShards: Sendable, Equatable {
  /// As a mixture's weights name it.
  public let name: String
  /// With a `shards.json` in it.
  public let folder: String
  /// As the folder's index lists them.
  public let shards: [ShardEntry]

  /// Reads the folder's index.
  /// - Throws: a `Fault` where there is none, or where its shards are of several tokenizers.
  public init(name: String, folder: String) throws {
    guard Folder.isFile(folder + "/" + ShardIndex.fileName) else {
      throw Fault(
        .input, "the domain '\(name)' has no shards", at: folder,
        expected: "a folder with \(ShardIndex.fileName), as `midstream tokenize` writes it")
    }
    self.name = name
    self.folder = folder
    shards = try ShardIndex(folder: folder).shards
    for shard in shards where shard.tokenizerDigest != shards[0].tokenizerDigest {
      throw Fault(
        .input, "the shards of '\(name)' have different tokenizers",
        at: folder + "/" + shard.file, found: shard.tokenizerDigest.hex,
        expected: shards[0].tokenizerDigest.hex)
    }
  }

  /// A domain without a shard.
  public init(empty name: String) {
    self.name = name
    folder = ""
    shards = []
  }

  /// Tokens of all shards, those behind a shard's last whole window too.
  public var tokenCount: Int { shards.reduce(0) { $0 + $1.tokenCount } }

  /// Nil where there is no shard.
  public var tokenizerDigest: ContentDigest? { shards.first?.tokenizerDigest }

  /// Changes with the shards' names, order and bytes.
  public var digest: String {
    ContentDigest(shards.map { "\($0.file) \($0.digest.hex)\n" }.joined()).hex
  }

  /// Samples in one epoch.
  public func windowCount(sequenceLength: Int) -> Int {
    MixtureReader.windowCount(
      tokenCounts: shards.map(\.tokenCount), sequenceLength: sequenceLength)
  }

  /// Opens the shards.
  public func readers() throws -> [ShardReader] {
    try shards.map { try ShardReader(folder + "/" + $0.file) }
  }
}
