/// `records/shards.json`: the tokenizer and the token shards.
public struct ShardsRecord: Codable, Sendable, Equatable {
  public static let path = "records/shards.json"

  public var format = 1
  public var vocabularySize: Int
  /// Bytes of text a token, over the curated shards.
  public var bytesPerToken: Double
  public var sets: [ShardSetRecord]

  public init(vocabularySize: Int, bytesPerToken: Double, sets: [ShardSetRecord]) {
    self.vocabularySize = vocabularySize
    self.bytesPerToken = bytesPerToken
    self.sets = sets
  }
}

/// The shards of one domain of one stream.
public struct ShardSetRecord: Codable, Sendable, Equatable {
  /// "curated", "unfiltered" or "evaluation".
  public var stream: String
  public var domain: String
  public var files: Int
  public var documents: Int
  public var tokens: Int
  /// Bytes of text, and of the shards on disk.
  public var textBytes: Int
  public var diskBytes: Int

  public init(
    stream: String, domain: String, files: Int, documents: Int, tokens: Int, textBytes: Int,
    diskBytes: Int
  ) {
    self.stream = stream
    self.domain = domain
    self.files = files
    self.documents = documents
    self.tokens = tokens
    self.textBytes = textBytes
    self.diskBytes = diskBytes
  }
}
