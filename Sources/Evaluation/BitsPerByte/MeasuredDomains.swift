import Streams

extension EvaluationDocuments {
  /// A domain that has a document.
  public struct MeasuredDomain: Sendable, Equatable {
    public var name: String
    /// In `domains`.
    public var index: Int
    public var documents: Int
    /// UTF-8 bytes.
    public var bytes: Int
  }

  /// The domains that have a document, in order.
  public var measuredDomains: [MeasuredDomain] {
    domains.indices.compactMap { index in
      let members = (0..<count).filter { domainIndices[$0] == index }
      guard !members.isEmpty else { return nil }
      return MeasuredDomain(
        name: domains[index], index: index, documents: members.count,
        bytes: members.reduce(0) { $0 + byteCounts[$1] })
    }
  }

  /// Bits per byte of each measured domain, from the nats of each document.
  public func bitsPerByte(_ nats: [Double]) -> [Double] {
    measuredDomains.map { domain in
      var sum = 0.0
      for (document, index) in domainIndices.enumerated() where index == domain.index {
        sum += nats[document]
      }
      return BitsPerByte.ratio(sum, domain.bytes)
    }
  }

  /// Of tokens, bytes and domains: changes with what a model is measured on.
  public var digest: String {
    let tokens = self.tokens.withUnsafeBytes { ContentDigest($0).hex }
    return ContentDigest("\(tokens) \(offsets) \(byteCounts) \(domainIndices) \(domains)").hex
  }
}
