import CounterRandom
import Streams
import TokenShards
import Tokenization

/// The documents that models are judged on, and others, drawn behind them, that may be looked at
/// while a model is trained: whatever is chosen by the second says nothing about the first.
///
/// The documents of a domain are put in an order that the seed draws. Those that are judged on come
/// first, up to their bytes; those to monitor with follow, up to theirs. A document that reads like
/// one of its domain that is judged on is not monitored with.
public struct EvaluationDraw: Sendable {
  /// Where a domain's documents are.
  public struct Source: Sendable {
    public var domain: String
    /// A folder of token shards; nil, or one without `shards.json`: the domain has no document.
    public var folder: String?

    public init(domain: String, folder: String?) {
      self.domain = domain
      self.folder = folder
    }
  }

  /// A document counts with its first tokens only, so that no long one rules its domain.
  public static let tokensADocument = 2048
  /// Parts of the judged documents, for the spread between them.
  public static let shards = 5

  public private(set) var judged: EvaluationDocuments
  public private(set) var monitored: EvaluationDocuments

  /// - Parameters:
  ///   - bytes: UTF-8 bytes to judge on in each domain; the last document may exceed them.
  ///   - monitorBytes: to monitor with, likewise.
  public init(
    _ sources: [Source], tokenizer: BytePairTokenizer, bytes: Int, monitorBytes: Int = 0,
    seed: UInt64
  ) throws {
    judged = EvaluationDocuments(domains: sources.map(\.domain))
    monitored = judged
    for (index, source) in sources.enumerated() {
      guard let folder = source.folder, Folder.isFile(folder + "/" + ShardIndex.fileName) else {
        continue
      }
      let shelf = try Shelf(folder)
      let random = CounterRandom(seed: seed, purpose: "evaluation documents of \(source.domain)")
      let order = shelf.places.indices.sorted {
        (random.bits(UInt64($0)), $0) < (random.bits(UInt64($1)), $1)
      }
      var taken = 0
      var judgedTexts: Set<ContentDigest> = []
      var place = 0
      while place < order.count, taken < bytes {
        let tokens = try shelf.tokens(order[place])
        let byteCount = try Self.byteCount(tokens, tokenizer)
        taken += byteCount
        judgedTexts.insert(Self.digest(tokens))
        try judged.append(
          tokens, byteCount: byteCount, domain: index, shard: place % Self.shards)
        place += 1
      }
      taken = 0
      while place < order.count, taken < monitorBytes {
        let tokens = try shelf.tokens(order[place])
        place += 1
        if judgedTexts.contains(Self.digest(tokens)) { continue }
        let byteCount = try Self.byteCount(tokens, tokenizer)
        taken += byteCount
        try monitored.append(tokens, byteCount: byteCount, domain: index)
      }
    }
  }

  private static func byteCount(_ tokens: [UInt32], _ tokenizer: BytePairTokenizer) throws -> Int {
    try tokens.reduce(0) { try $0 + tokenizer.bytes(of: $1).count }
  }

  private static func digest(_ tokens: [UInt32]) -> ContentDigest {
    tokens.withUnsafeBytes { ContentDigest($0) }
  }

  /// The documents of a folder of shards, read when they are asked for.
  private struct Shelf {
    /// In the order of the shards.
    private(set) var places: [(reader: ShardReader, start: Int, count: Int)] = []

    init(_ folder: String) throws {
      for entry in try ShardIndex(folder: folder).shards {
        let reader = try ShardReader(folder + "/" + entry.file)
        let tail = reader.header.endOfText == nil ? 0 : 1
        var start = 0
        for length in try reader.documentLengths() {
          let count = min(max(Int(length) - tail, 0), EvaluationDraw.tokensADocument)
          places.append((reader, start, count))
          start += Int(length)
        }
      }
    }

    /// The first tokens of a document, without the end of the text.
    func tokens(_ index: Int) throws -> [UInt32] {
      let place = places[index]
      return place.count == 0 ? [] : try place.reader.tokens(from: place.start, count: place.count)
    }
  }
}
