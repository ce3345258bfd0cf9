import Corpora
import Curation

/// Which packs of a run removed most documents of another language than theirs.
struct StreamLanguages {
  let tasks: [MeasuredTask]
  let chain: FilterChain

  /// Enough training documents to see what a pack does to a language.
  private static let most = 100_000

  func mismatches() throws -> [LanguageMismatch] {
    guard chain.packs.contains(where: { $0.language != nil }) else { return [] }
    // What a pack removes because it asks for its language says nothing of its other rules.
    let asking = Set(
      chain.rules.filter { $0.rule.signals.contains(LanguageDetector.languageColumn) }
        .map { "\(chain.packs[$0.pack].name)/\($0.rule.id)" })
    var places: [String: Int] = [:]
    for (index, pack) in chain.packs.enumerated() { places[pack.name] = index }
    var languages: [String] = []
    var removedBy: [Set<Int>] = []
    for task in tasks where languages.count < Self.most {
      let rows = try RunColumns(task)
      var packs = [Set<Int>](repeating: [], count: rows.count)
      for index in 0..<rows.ledger.count {
        let decision = rows.ledger[index]
        guard let pack = places[decision.stage],
          !asking.contains("\(decision.stage)/\(decision.rule)")
        else { continue }
        packs[Int(decision.ordinal)].insert(pack)
      }
      let codes = try rows.table.bytes(LanguageDetector.languageColumn)
      for document in 0..<rows.count where !rows.isEvaluation[document] {
        languages.append(codes.string(document))
        removedBy.append(packs[document])
      }
    }
    return LanguageMismatch.find(chain.packs, languages: languages) { removedBy[$1].contains($0) }
  }
}
