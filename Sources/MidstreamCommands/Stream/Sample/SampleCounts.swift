import Corpora
import Curation
import Evaluation
import Runs
import Streams

/// What is kept of a sample, from its columns, and the groups that intervals are made from.
struct SampleCounts {
  /// Quantities of the bootstrap; `domainBytes` is the first of one for each domain.
  static let textBytes = 0
  static let keptBytes = 1
  static let tokens = 2
  static let domainBytes = 3

  private(set) var documents = 0
  private(set) var textBytes = 0
  private(set) var evaluation = 0
  /// Training documents that the filters left, and those of them without evaluation overlap.
  private(set) var passed = 0
  private(set) var clean = 0
  /// By domain.
  private(set) var kept: [Int]
  private(set) var keptBytes: [Int]
  let tokens: [Int]
  let diskBytes: [Int]
  private(set) var bootstrap: GroupBootstrap

  /// - Parameter groups: at most.
  init(_ tasks: [MeasuredTask], shards: ShardsRecord, groups: Int) throws {
    let none = [Int](repeating: 0, count: StreamRecipe.domains.count)
    (kept, keptBytes) = (none, none)
    let sets = StreamRecipe.domains.map { domain in
      shards.sets.first {
        $0.stream == StreamMembers.Name.curated.rawValue && $0.domain == domain
      }
    }
    tokens = sets.map { $0?.tokens ?? 0 }
    diskBytes = sets.map { $0?.diskBytes ?? 0 }
    let rates = sets.map { Double($0?.tokens ?? 0) / Double(max($0?.textBytes ?? 1, 1)) }
    let count = try tasks.reduce(0) { try $0 + RunColumns($1).count }
    bootstrap = GroupBootstrap(
      groups: min(max(count, 1), groups), quantities: Self.domainBytes + StreamRecipe.domains.count)
    for task in tasks { try add(try RunColumns(task), rates) }
  }

  private mutating func add(_ rows: RunColumns, _ rates: [Double]) throws {
    let dropped = rows.droppedByFilters()
    for document in 0..<rows.count {
      let bytes = Int(rows.bytes[document])
      let domain = Int(rows.domain[document])
      let group = rows.ids.withBytes(document) {
        Int(ContentDigest($0).low % UInt64(bootstrap.groupCount))
      }
      bootstrap.add(to: group)
      bootstrap.add(Double(bytes), of: Self.textBytes, to: group)
      documents += 1
      textBytes += bytes
      if rows.isEvaluation[document] { evaluation += 1 }
      if !rows.isEvaluation[document], !dropped.contains(document) {
        passed += 1
        clean += rows.isUnfiltered[document] ? 1 : 0
      }
      guard rows.isCurated[document], kept.indices.contains(domain) else { continue }
      kept[domain] += 1
      keptBytes[domain] += bytes
      bootstrap.add(Double(bytes), of: Self.keptBytes, to: group)
      bootstrap.add(Double(bytes) * rates[domain], of: Self.tokens, to: group)
      bootstrap.add(Double(bytes), of: Self.domainBytes + domain, to: group)
    }
  }
}
