import Corpora
import Curation
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
    var isExact: Bool
  }

  struct Cluster {
    var number: UInt64
    var kept: String
    var members: [Member]
  }

  /// In the order in which they first occur.
  let clusters: [Cluster]
  let exactCount: Int
  let nearCount: Int

  init(_ rows: [Row]) {
    var found: [Cluster] = []
    var places: [UInt64: Int] = [:]
    for row in rows {
      let place = places[row.cluster] ?? found.count
      if place == found.count {
        places[row.cluster] = place
        found.append(Cluster(number: row.cluster, kept: row.kept, members: []))
      }
      found[place].members.append(
        Member(id: row.removed, similarity: row.similarity, isExact: row.isExact))
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

extension ClusterTable {
  static let path = "clusters.columns"

  /// One row a removed duplicate: cluster, kept and removed id, similarity.
  static func columns(
    _ removals: [DuplicateClusters.Removal], id: (DocumentAddress) -> ArraySlice<UInt8>
  ) -> ColumnTable {
    var kept = ByteColumn()
    var removed = ByteColumn()
    for removal in removals {
      kept.append(id(removal.kept))
      removed.append(id(removal.removed))
    }
    var table = ColumnTable()
    table.set("cluster", .uint64(removals.map { UInt64($0.cluster) }))
    table.set("kept", .bytes(kept))
    table.set("removed", .bytes(removed))
    table.set("similarity", .float32(removals.map(\.similarity)))
    table.set("exact", .uint8(removals.map { $0.kind == .exact ? 1 : 0 }))
    return table
  }

  /// Reads the rows that `columns` makes.
  static func rows(of table: ColumnTable) throws -> [Row] {
    let cluster = try table.uint64("cluster")
    let kept = try table.bytes("kept")
    let removed = try table.bytes("removed")
    let similarity = try table.float32("similarity")
    let exact = try table.uint8("exact")
    return cluster.indices.map {
      Row(
        cluster: cluster[$0], kept: kept.string($0), removed: removed.string($0),
        similarity: similarity[$0], isExact: exact[$0] == 1)
    }
  }
}
