import Streams
import Tokenization

/// Where the documents of a shard come from.
public struct ShardOrigin: Sendable, Equatable {
  /// The domain that a mixture weighs, for example "math".
  public var domain: String
  /// For example the name of a corpus manifest.
  public var source: String
  /// An SPDX expression, or what the source says.
  public var licence: String
  /// Names the recipe that made the shard; nil where there was none.
  public var recipeDigest: String?

  /// An origin.
  public init(domain: String, source: String, licence: String, recipeDigest: String? = nil) {
    self.domain = domain
    self.source = source
    self.licence = licence
    self.recipeDigest = recipeDigest
  }
}

/// The JSON frame behind the tokens.
struct ShardTrailer: Equatable {
  var tokenCount: Int
  var documentCount: Int
  var origin: ShardOrigin

  static let keys = [
    "version", "tokens", "documents", "domain", "source", "licence", "recipe_digest",
  ]

  /// The same values give the same bytes.
  func encoded() -> [UInt8] {
    let recipe = origin.recipeDigest.map { JSONValue.quoted($0) } ?? "null"
    let text =
      "{\"version\":\(ShardFormat.version),\"tokens\":\(tokenCount),\"documents\":\(documentCount)"
      + ",\"domain\":\(JSONValue.quoted(origin.domain))"
      + ",\"source\":\(JSONValue.quoted(origin.source))"
      + ",\"licence\":\(JSONValue.quoted(origin.licence)),\"recipe_digest\":\(recipe)}"
    return Array(text.utf8)
  }

  init(tokenCount: Int, documentCount: Int, origin: ShardOrigin) {
    self.tokenCount = tokenCount
    self.documentCount = documentCount
    self.origin = origin
  }

  init(decoding bytes: [UInt8], place: String) throws {
    let record = StrictRecord(
      try JSONValue(parsing: bytes, path: place), place: place, keys: Self.keys)
    try record.checkKeys()
    let version = try record.integer("version")
    guard version == ShardFormat.version else {
      throw record.fault("version", found: "\(version)", expected: "\(ShardFormat.version)")
    }
    tokenCount = try record.integer("tokens")
    documentCount = try record.integer("documents")
    origin = ShardOrigin(
      domain: try record.string("domain"), source: try record.string("source"),
      licence: try record.string("licence"),
      recipeDigest: try record.optionalString("recipe_digest"))
  }
}
