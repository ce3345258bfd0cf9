import Curation
import Runs

extension DocumentDeduplication {
  struct Settings: Sendable {
    var equalBy = EqualBy.text
    /// Nil for equal documents only.
    var plan: MinHashPlan?
    var threshold = 0.8
    var verifies = true
    var keep = KeepPolicy.first
    var reweight: Reweighting?
    /// Makes the shingle sets of all documents, for an index.
    var keepsSets = false
    /// Bytes.
    var memory = 2_000_000_000
  }

  /// What decides what is written, for people who come back to unfinished work.
  static func described(
    _ settings: Settings, method: String, inputs: [String], index: String?
  ) -> [String] {
    [
      "--method \(method)" + (settings.plan.map { ", \($0)" } ?? ""),
      settings.plan == nil
        ? "" : "--similarity \(settings.threshold)\(settings.verifies ? "" : " --no-verify")",
      "--keep \(settings.keep.rule) --prefer-source \(settings.keep.preferredSources)"
        + " --date-field \(settings.keep.dateFields)",
      "--reweight \(settings.reweight.map { "\($0)" } ?? "nothing")",
      index ?? "without --index",
    ] + inputs.map { "--input \($0)" }
  }
}
