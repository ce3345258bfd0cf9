import Curation
import Runs

/// What selection found, between the stages.
struct SelectionSummary: Codable {
  static let path = "work/selection.json"
  static let removals = "work/removals"
  static let survivors = "work/survivors"

  struct Cluster: Codable {
    var cluster: Int
    var members: Int
  }

  var clusters: Int
  var exactRemoved: Int
  var nearRemoved: Int
  var sizes: [ClusterSizeCount]
  var largest: [Cluster]

  init(_ statistics: DuplicateClusters.Statistics) {
    clusters = statistics.clusters
    exactRemoved = statistics.exactRemoved
    nearRemoved = statistics.nearRemoved
    sizes = statistics.sizes.sorted { $0.key < $1.key }.map {
      ClusterSizeCount(size: $0.key, clusters: $0.value)
    }
    largest = statistics.largest.map { Cluster(cluster: $0.cluster, members: $0.members) }
  }
}
