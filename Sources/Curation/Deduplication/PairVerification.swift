/// A verified pair of documents, as numbers.
struct DuplicateLink: Sendable, Equatable {
  var a: UInt32
  var b: UInt32
  var similarity: Float
}

/// What the verification of a component found.
struct VerifiedComponent: Sendable {
  var links: [DuplicateLink] = []
  var comparisons = 0
  /// Members of huge groups that joined no cluster and were not compared with all of the group.
  var unrepresented = 0
}

extension CandidateGroups.Component {
  /// The most clusters of one group that its next member is compared with.
  static let representativeLimit = 64

  /// Joins the documents of each group whose similarity reaches the threshold.
  ///
  /// Within a group each document is compared with the first member of each cluster that the group
  /// holds so far, latest cluster first, so n copies of one text cost n - 1 comparisons. Guaranteed:
  /// every link was measured. Not guaranteed: a document that resembles only later members of a
  /// cluster may stay apart, and in a group of more than 64 clusters those that came after the
  /// 64th are not compared with each other there (`unrepresented` counts them); each further band
  /// that two documents share is another chance.
  ///
  /// - Parameter sets: of each of `documents`, in that order.
  func verified(_ sets: [ShingleSet], threshold: Double) -> VerifiedComponent {
    var result = VerifiedComponent()
    var clusters = UnionFind(count: documents.count)
    var position: [UInt32: UInt32] = [:]
    position.reserveCapacity(documents.count)
    for (index, document) in documents.enumerated() { position[document] = UInt32(index) }
    var refused: Set<UInt64> = []
    var representatives: [UInt32] = []
    for group in groups {
      representatives.removeAll(keepingCapacity: true)
      member: for document in group {
        guard let member = position[document] else { continue }
        let root = clusters.root(member)
        for other in representatives where clusters.root(other) == root { continue member }
        for other in representatives.reversed() {
          let pair = UInt64(min(member, other)) << 32 | UInt64(max(member, other))
          if refused.contains(pair) { continue }
          result.comparisons += 1
          let similarity = sets[Int(member)].similarity(
            to: sets[Int(other)], atLeast: threshold)
          guard let similarity else {
            refused.insert(pair)
            continue
          }
          clusters.join(member, other)
          result.links.append(
            DuplicateLink(
              a: documents[Int(other)], b: document, similarity: Float(similarity)))
          continue member
        }
        if representatives.count < Self.representativeLimit {
          representatives.append(member)
        } else {
          result.unrepresented += 1
        }
      }
    }
    return result
  }
}
