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
    let read = try against.map { argument in
      let path = EvaluationSetReader.path(of: argument)
      try InputPath.checkFile(path)
      return try reader.read(argument)
    }
    let names = ShortestTails(read.map(\.path))
    sets = read.enumerated().map { index, read in read.named(names.tails[index]) }
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
    let run = counted(settings.words, settings.unit.name)
    switch settings.method {
    case .ngram: return "runs of \(run), \(share) of a part"
    case .substring: return "one run of at least \(run), \(share) of a part"
    case .minhash: return "MinHash of \(settings.unit.name)s, similarity \(share)"
    }
  }

  /// What decides what is written, by the names of the options.
  var listed: [DatasetCard.Setting] {
    let settings = indexes.settings
    let against = sets.map { read in
      "\(read.set.name) (\(Folder.name(of: read.path)), \(counted(read.set.items.count, "item")))"
    }
    return [
      .init("method", settings.method.rawValue), .init("unit", settings.unit.name),
      .init("words", "\(settings.words)"),
      .init("overlap", "\(settings.overlap)"), .init("answer-words", "\(settings.answerWords)"),
      .init("action", action.rawValue), .init("keep-share", "\(keptShare)"),
      .init("against", against.joined(separator: ", ")),
    ]
  }

  /// What was read, a line a set.
  var lines: [String] {
    sets.flatMap { read -> [String] in
      let fields = read.fields.map(\.summary).joined(separator: "; ")
      var lines = [
        "\(read.set.name): \(counted(read.set.items.count, "item")); \(fields) "
          + "(\(read.recognised))"
      ]
      if !read.empty.isEmpty {
        lines.append(
          "  \(counted(read.empty.count, "row")) without a part to look for: "
            + read.empty.prefix(5).joined(separator: ", "))
      }
      return lines
    }
  }
}
