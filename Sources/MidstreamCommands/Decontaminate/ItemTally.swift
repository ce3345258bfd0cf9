import Curation
import Runs
import Streams

/// Which items stand in which documents. As large as what was found.
struct ItemTally {
  private struct Entry {
    var documentCount = 0
    var documents: [String] = []
    var best: DocumentVerdict.Touched
  }

  private struct Key: Hashable {
    var set: Int
    var item: Int
  }

  private var entries: [Key: Entry] = [:]
  private static let documentsNamed = 20
  private static let worstShown = 30
  private static let textLimit = 2000

  mutating func add(_ verdict: DocumentVerdict, document: String) {
    for touched in verdict.touched {
      let key = Key(set: touched.finding.set, item: touched.finding.item)
      var entry = entries[key] ?? Entry(best: touched)
      entry.documentCount += 1
      if entry.documents.count < Self.documentsNamed { entry.documents.append(document) }
      if entry.best.finding.share < touched.finding.share { entry.best = touched }
      entries[key] = entry
    }
  }

  /// By set and place.
  func items(_ plan: DecontaminationPlan) -> [ContaminatedItem] {
    entries.sorted { ($0.key.set, $0.key.item) < ($1.key.set, $1.key.item) }.map { _, entry in
      let finding = entry.best.finding
      let item = plan.item(finding)
      let part = finding.part < item.parts.count ? item.parts[finding.part].text : ""
      return ContaminatedItem(
        set: plan.sets[finding.set].set.name, item: item.id, part: finding.kind.rawValue,
        text: String(part.prefix(Self.textLimit)), share: finding.share,
        documentCount: entry.documentCount, documents: entry.documents,
        passage: entry.best.passage)
    }
  }

  func sets(_ plan: DecontaminationPlan) -> [ContaminatedSet] {
    var touched = [Int](repeating: 0, count: plan.sets.count)
    for key in entries.keys { touched[key.set] += 1 }
    return plan.sets.enumerated().map { index, read in
      ContaminatedSet(
        name: read.set.name, file: read.path,
        fields: read.fields.map(\.summary).joined(separator: "; "), recognised: read.recognised,
        items: read.set.items.count, touched: touched[index], emptyRows: read.empty.count,
        emptyPlaces: Array(read.empty.prefix(20)))
    }
  }

  /// Of `items`, those of most documents, then those of which most was found.
  static func worst(_ items: [ContaminatedItem]) -> [ContaminatedItem] {
    Array(
      items.enumerated().sorted {
        ($1.element.documentCount, $1.element.share, $0.offset)
          < ($0.element.documentCount, $0.element.share, $1.offset)
      }.prefix(worstShown).map(\.element))
  }
}
