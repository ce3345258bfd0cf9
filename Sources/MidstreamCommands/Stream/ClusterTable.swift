import Runs

/// The clusters of a run's duplicates, from one row a removed document.
struct ClusterTable {
  struct Row {
    var cluster: UInt64
    var kept: String
    var removed: String
    var similarity: Float
    var isExact: Bool
  }

  struct Member {
    var id: String
    var similarity: Float
  }

  struct Cluster {
    var kept: String
    var members: [Member]
  }

  private let clusters: [Cluster]
  let exactCount: Int
  let nearCount: Int

  init(_ rows: [Row]) {
    var found: [Cluster] = []
    var places: [UInt64: Int] = [:]
    for row in rows {
      let place = places[row.cluster] ?? found.count
      if place == found.count {
        places[row.cluster] = place
        found.append(Cluster(kept: row.kept, members: []))
      }
      found[place].members.append(Member(id: row.removed, similarity: row.similarity))
    }
    clusters = found
    exactCount = rows.lazy.filter(\.isExact).count
    nearCount = rows.count - exactCount
  }

  /// How many clusters have how many members, the kept one among them.
  var sizes: [ClusterSizeCount] {
    Dictionary(grouping: clusters) { $0.members.count + 1 }
      .map { ClusterSizeCount(size: $0.key, clusters: $0.value.count) }
      .sorted { $0.size < $1.size }
  }

  /// The clusters with most members; the earlier one first where they are alike.
  func largest(_ count: Int) -> [Cluster] {
    let order = clusters.indices.sorted {
      (clusters[$1].members.count, $0) < (clusters[$0].members.count, $1)
    }
    return order.prefix(count).map { clusters[$0] }
  }
}
