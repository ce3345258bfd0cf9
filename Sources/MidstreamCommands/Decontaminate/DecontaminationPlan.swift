import Corpora
import Curation
import Runs
import Streams

/// What to do with contaminated documents.
enum DecontaminationAction: String, CaseIterable, Sendable {
  /// Remove the document.
  case document
  /// Cut the passage out of it.
  case passage
  /// Nothing: only say what there is.
  case report
}

/// The evaluation sets of one call, ready to be found.
struct DecontaminationPlan: Sendable {
  let sets: [EvaluationSetReader.Read]
  let indexes: EvaluationIndexes
  let action: DecontaminationAction
  /// A document goes where less than this share of it is left after cutting.
  let keptShare: Double

  init(
    _ against: [String], fields: String?, settings: ContaminationSettings,
    action: DecontaminationAction, keptShare: Double
  ) throws {
    let reader = EvaluationSetReader(
      try BenchmarkCatalog.builtIn(), fields: try fields.map { try EvaluationFields($0) })
    sets = try against.map { argument in
      let path = EvaluationSetReader.path(of: argument)
      try InputPath.checkFile(path)
      return try reader.read(argument)
    }
    indexes = try EvaluationIndexes(sets.map(\.set), settings: settings)
    self.action = action
    self.keptShare = keptShare
  }

  func item(_ finding: ContaminationFinding) -> EvaluationItem {
    sets[finding.set].set.items[finding.item]
  }

  /// How parts are looked for, in a few words.
  var method: String {
    let settings = indexes.settings
    let share = "\(Int((settings.overlap * 100).rounded()))%"
    switch settings.method {
    case .ngram: return "runs of \(settings.words) \(settings.unit.name)s, \(share) of a part"
    case .substring:
      return "one run of at least \(settings.words) \(settings.unit.name)s, \(share) of a part"
    case .minhash: return "MinHash of \(settings.unit.name)s, similarity \(share)"
    }
  }

  /// What was read, a line a set.
  var lines: [String] {
    sets.flatMap { read -> [String] in
      let fields = read.fields.map(\.summary).joined(separator: "; ")
      var lines = [
        "\(read.set.name): \(grouped(read.set.items.count)) items; \(fields) (\(read.recognised))"
      ]
      if !read.empty.isEmpty {
        lines.append(
          "  \(grouped(read.empty.count)) rows without a part to look for: "
            + read.empty.prefix(5).joined(separator: ", "))
      }
      return lines
    }
  }
}
