import CounterRandom
import Glibc
import LanguageModel

/// How well a model compresses each domain's text: bits per UTF-8 byte, which does not depend on
/// the tokenizer.
///
/// `bpb = nats / (ln 2 * bytes)`, with nats summed over every token of every document, as
/// `DocumentScorer` scores them: first tokens after an end-of-text token, special tokens not
/// counted, documents longer than the context in consecutive windows.
public struct BitsPerByte: Sendable, Codable, Equatable {
  /// How the standard error of a domain's figure is estimated.
  public enum Spread: Sendable, Codable, Equatable {
    /// Standard deviation over resamples of the documents, Efron 1979.
    case documents(resamples: Int, seed: UInt64)
    /// From the figures of the evaluation shards, each taken as one observation.
    case shards
  }

  public struct Figure: Sendable, Codable, Equatable {
    public var domain: String
    public var documents: Int
    public var tokens: Int
    public var bytes: Int
    public var nats: Double
    public var bitsPerByte: Double
    /// Of `bitsPerByte`; nil with fewer than two documents, or two shards.
    public var standardError: Double?
  }

  /// The name of the figure over all domains' bytes together.
  public static let allDomains = "all"

  /// In the order of the documents' domains; domains without a document are left out.
  public var domains: [Figure]
  /// All bytes together.
  public var all: Figure
  public var spread: Spread
  /// Positions of a window.
  public var window: Int
  public var skippedDocuments: Int

  /// Scores `documents`; the figures are the same for any number of workers of `scorer`.
  public init(
    of documents: EvaluationDocuments, with scorer: DocumentScorer,
    spread: Spread = .documents(resamples: 1000, seed: 0)
  ) throws {
    let nats = try scorer.nats(tokens: documents.tokens, offsets: documents.offsets)
    func figure(_ name: String, _ members: [Int]) -> Figure {
      let bytes = members.reduce(0) { $0 + documents.byteCounts[$1] }
      let sum = members.reduce(0.0) { $0 + nats[$1] }
      return Figure(
        domain: name, documents: members.count,
        tokens: members.reduce(0) { $0 + documents.offsets[$1 + 1] - documents.offsets[$1] },
        bytes: bytes, nats: sum, bitsPerByte: Self.ratio(sum, bytes),
        standardError: Self.standardError(members, nats, documents, spread))
    }
    domains = documents.domains.indices.compactMap { domain in
      let members = (0..<documents.count).filter { documents.domainIndices[$0] == domain }
      return members.isEmpty ? nil : figure(documents.domains[domain], members)
    }
    all = figure(Self.allDomains, Array(0..<documents.count))
    self.spread = spread
    window = scorer.window
    skippedDocuments = documents.skipped
  }

  /// 0 where there are no bytes.
  static func ratio(_ nats: Double, _ bytes: Int) -> Double {
    bytes > 0 ? nats / (M_LN2 * Double(bytes)) : 0
  }

  private static func standardError(
    _ members: [Int], _ nats: [Double], _ documents: EvaluationDocuments, _ spread: Spread
  ) -> Double? {
    switch spread {
    case .documents(let resamples, let seed):
      guard members.count > 1, resamples > 1 else { return nil }
      let random = CounterRandom(seed: seed, purpose: "bits per byte, resampled documents")
      let figures = (0..<resamples).map { resample in
        let draws = random.substream(UInt64(resample))
        var (sum, bytes) = (0.0, 0)
        for draw in members.indices {
          let member = members[Int(draws.below(UInt64(members.count), UInt64(draw)))]
          sum += nats[member]
          bytes += documents.byteCounts[member]
        }
        return ratio(sum, bytes)
      }
      return deviation(figures)
    case .shards:
      var sums: [Int: (nats: Double, bytes: Int)] = [:]
      for member in members {
        let shard = documents.shardIndices[member]
        sums[shard, default: (0, 0)].nats += nats[member]
        sums[shard, default: (0, 0)].bytes += documents.byteCounts[member]
      }
      let figures = sums.sorted { $0.key < $1.key }.map { ratio($0.value.nats, $0.value.bytes) }
      return deviation(figures).map { $0 / Double(figures.count).squareRoot() }
    }
  }

  /// Sample standard deviation; nil for fewer than two figures.
  static func deviation(_ figures: [Double]) -> Double? {
    guard figures.count > 1 else { return nil }
    let mean = figures.reduce(0, +) / Double(figures.count)
    let squares = figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(figures.count - 1)).squareRoot()
  }
}
