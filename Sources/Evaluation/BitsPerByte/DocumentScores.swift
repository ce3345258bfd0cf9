import CounterRandom
import Runs

/// One model's scores of the evaluation documents: kept, so that figures and intervals can be computed
/// again without the model.
public struct DocumentScores {
  /// The document's place among the domains, and its evaluation shard.
  public let domain: [UInt8]
  public let shard: [UInt8]
  /// UTF-8 bytes that were scored.
  public let bytes: [UInt64]
  /// Sum over the document's tokens.
  public let nats: [Double]

  public init(domain: [UInt8], shard: [UInt8], bytes: [UInt64], nats: [Double]) {
    self.domain = domain
    self.shard = shard
    self.bytes = bytes
    self.nats = nats
  }

  public func bytes(of members: [Int]) -> Int { members.reduce(0) { $0 + Int(bytes[$1]) } }

  /// Bits per byte over the members, and over those of each shard.
  public func bitsPerByte(of members: [Int], shards: Int) -> ModelBitsPerByte {
    let byShard = (0..<shards).compactMap { shard -> Double? in
      let inside = members.filter { self.shard[$0] == UInt8(shard) }
      return inside.isEmpty ? nil : rate(inside)
    }
    let spread = BitsPerByte.deviation(byShard) ?? 0
    return ModelBitsPerByte(bitsPerByte: rate(members), byShard: byShard, spread: spread)
  }

  /// This model minus `other` on the same documents, with the 95% interval of 1,000 resamples of the
  /// documents (Efron 1979).
  public func change(
    from other: DocumentScores, of members: [Int], seed: UInt64, domain: String
  ) -> PairedChange {
    let random = CounterRandom(seed: seed, purpose: "resampled documents of \(domain)")
    let resamples = 1000
    let changes = (0..<resamples).map { resample in
      let drawn = random.substream(UInt64(resample))
      let sample = members.indices.map {
        members[Int(drawn.below(UInt64(members.count), UInt64($0)))]
      }
      return rate(sample) - other.rate(sample)
    }.sorted()
    return PairedChange(
      mean: rate(members) - other.rate(members), low: changes[resamples / 40],
      high: changes[resamples - 1 - resamples / 40])
  }

  private func rate(_ members: [Int]) -> Double {
    BitsPerByte.ratio(members.reduce(0) { $0 + nats[$1] }, bytes(of: members))
  }
}
