import Streams
import Tokenization

/// One shard in a folder's index.
public struct ShardEntry: Sendable, Equatable {
  /// Relative to the folder.
  public var file: String
  /// With the ends of the texts.
  public var tokenCount: Int
  /// Documents in the shard.
  public var documentCount: Int
  /// The size of the file.
  public var byteCount: Int
  /// Of the file's bytes.
  public var digest: ContentDigest
  /// Ids are below this.
  public var vocabularyCount: Int
  /// `BytePairTokenizer.digest`.
  public var tokenizerDigest: ContentDigest
  /// Where the documents come from.
  public var origin: ShardOrigin
}

extension ShardEntry {
  /// What the index says of a shard that is there already.
  public init(describing file: String, in folder: String) throws {
    let path = folder + "/" + file
    let reader = try ShardReader(path)
    self.init(
      file: file, tokenCount: reader.tokenCount, documentCount: reader.documentCount,
      byteCount: Folder.byteCount(of: path) ?? 0, digest: try ContentDigest(file: path),
      vocabularyCount: reader.header.vocabularyCount,
      tokenizerDigest: reader.header.tokenizerDigest, origin: reader.origin)
  }
}

/// `shards.json`: the shards of a folder with their counts and digests.
public struct ShardIndex: Sendable, Equatable {
  /// In the order in which they are read.
  public var shards: [ShardEntry]

  /// The name of the index in its folder.
  public static let fileName = "shards.json"
  static let version = 1

  /// An index of these shards.
  public init(_ shards: [ShardEntry]) { self.shards = shards }

  /// Reads the index of a folder, strictly.
  public init(folder: String) throws {
    let path = folder + "/" + Self.fileName
    let root = StrictRecord(
      try JSONValue(parsing: InputFile.bytes(path), path: path), place: path,
      keys: ["version", "shards"])
    try root.checkKeys()
    let version = try root.integer("version")
    guard version == Self.version else {
      throw root.fault("version", found: "\(version)", expected: "\(Self.version)")
    }
    guard case .array(let entries)? = root.value["shards"] else {
      throw root.fault("shards", found: "something else", expected: "a list")
    }
    shards = try entries.enumerated().map { index, entry in
      try ShardEntry(
        StrictRecord(entry, place: "\(path), shard \(index)", keys: ShardEntry.keys))
    }
    let names = shards.map(\.file)
    guard Set(names).count == names.count else {
      throw root.fault("shards", found: "a file twice", expected: "each file once")
    }
  }

  /// Writes the index into a folder; the same entries give the same bytes.
  public func write(to folder: String) throws {
    let lines = shards.map { "    " + $0.json }
    let text =
      "{\n  \"version\": \(Self.version),\n  \"shards\": ["
      + (lines.isEmpty ? "" : "\n" + lines.joined(separator: ",\n") + "\n  ") + "]\n}\n"
    try OutputFile.write(text.utf8, to: folder + "/" + Self.fileName)
  }
}

extension ShardEntry {
  fileprivate static let keys = [
    "file", "tokens", "documents", "bytes", "digest", "vocabulary", "tokenizer_digest", "domain",
    "source", "licence", "recipe_digest",
  ]

  fileprivate init(_ record: StrictRecord) throws {
    try record.checkKeys()
    let file = try record.string("file")
    guard !file.isEmpty, !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
      throw record.fault("file", found: "'\(file)'", expected: "a file inside the folder")
    }
    self.init(
      file: file, tokenCount: try record.integer("tokens"),
      documentCount: try record.integer("documents"), byteCount: try record.integer("bytes"),
      digest: try record.digest("digest"), vocabularyCount: try record.integer("vocabulary"),
      tokenizerDigest: try record.digest("tokenizer_digest"),
      origin: ShardOrigin(
        domain: try record.string("domain"), source: try record.string("source"),
        licence: try record.string("licence"),
        recipeDigest: try record.optionalString("recipe_digest")))
  }

  fileprivate var json: String {
    let recipe = origin.recipeDigest.map { JSONValue.quoted($0) } ?? "null"
    return "{\"file\": \(JSONValue.quoted(file)), \"tokens\": \(tokenCount), "
      + "\"documents\": \(documentCount), \"bytes\": \(byteCount), \"digest\": \"\(digest.hex)\", "
      + "\"vocabulary\": \(vocabularyCount), \"tokenizer_digest\": \"\(tokenizerDigest.hex)\", "
      + "\"domain\": \(JSONValue.quoted(origin.domain)), "
      + "\"source\": \(JSONValue.quoted(origin.source)), "
      + "\"licence\": \(JSONValue.quoted(origin.licence)), \"recipe_digest\": \(recipe)}"
  }
}
