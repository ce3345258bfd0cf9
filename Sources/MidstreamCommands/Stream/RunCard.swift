import Corpora
import Runs
import Streams

/// The card of a run's survivors, `README.md` in its folder: sources with licences, counts, what each
/// stage took out, the recipe's digest. The data are the files of `kept/`.
struct RunCard {
  let context: StreamContext
  let tasks: [MeasuredTask]

  func write() throws {
    var sources: [DatasetCard.Source] = []
    var removals: [String: Int] = [:]
    var order: [String] = []
    for task in tasks {
      let rows = try RunColumns(task)
      if sources.last?.name != task.source {
        sources.append(
          DatasetCard.Source(
            name: task.source, license: task.license, origin: "see fetch.lock.json", documents: 0,
            textBytes: 0))
      }
      let place = sources.count - 1
      for index in 0..<rows.count where rows.isCurated[index] {
        sources[place].documents += 1
        sources[place].textBytes += Int(rows.bytes[index])
      }
      // Of all rules that a document fails, the first one took it out.
      var seen: Set<Int> = []
      for index in 0..<rows.ledger.count {
        let decision = rows.ledger[index]
        guard seen.insert(Int(decision.ordinal)).inserted else { continue }
        if removals[decision.stage] == nil { order.append(decision.stage) }
        removals[decision.stage, default: 0] += 1
      }
    }
    var card = DatasetCard(
      title: context.recipe.name, documents: sources.reduce(0) { $0 + $1.documents },
      textBytes: sources.reduce(0) { $0 + $1.textBytes })
    card.sources = sources.filter { $0.documents > 0 }
    card.removals = order.map { DatasetCard.Removal(stage: $0, documents: removals[$0] ?? 0) }
    card.files = try tasks.map { "kept/\($0.name).jsonl.zst" }.map {
      let path = context.run.file($0)
      return DatasetCard.File(
        path: $0, byteCount: Folder.byteCount(of: path) ?? 0, sha256: try SHA256.hex(file: path))
    }
    card.recipeName = context.recipe.name
    card.recipeDigest = context.recipe.digest
    card.program = "midstream \(Midstream.version)"
    try card.write(besides: context.run.path)
  }
}
