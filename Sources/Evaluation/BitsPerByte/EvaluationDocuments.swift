import Streams

/// Documents to measure a model on: token ids, the bytes of the text they stand for, and where each
/// document comes from.
public struct EvaluationDocuments: Sendable {
  /// Names of the domains; documents refer to them by index.
  public let domains: [String]
  /// All tokens, one document after the other, without special tokens.
  public private(set) var tokens: [UInt32] = []
  /// Where each document begins, and the end of the last.
  public private(set) var offsets = [0]
  public private(set) var byteCounts: [Int] = []
  public private(set) var domainIndices: [Int] = []
  public private(set) var shardIndices: [Int] = []
  /// Documents without a token or without a byte, which were left out.
  public private(set) var skipped = 0

  public init(domains: [String]) { self.domains = domains }

  public var count: Int { byteCounts.count }

  /// - Parameters:
  ///   - byteCount: UTF-8 bytes of the document's text.
  ///   - shard: the evaluation shard it belongs to, for the spread between shards.
  public mutating func append(
    _ document: some Collection<UInt32>, byteCount: Int, domain: Int, shard: Int = 0
  ) throws {
    guard domains.indices.contains(domain), byteCount >= 0 else {
      throw Fault(
        .failure, "an evaluation document has no such domain or a negative size",
        found: "domain \(domain), \(byteCount) bytes", expected: "a domain below \(domains.count)")
    }
    guard !document.isEmpty, byteCount > 0 else {
      skipped += 1
      return
    }
    tokens += document
    offsets.append(tokens.count)
    byteCounts.append(byteCount)
    domainIndices.append(domain)
    shardIndices.append(shard)
  }
}
