import Corpora
import Curation
import Foundation
import Runs
import Streams

/// Decides on the columns: filters, overlap with the evaluation slices, duplicates. Texts are read
/// again only to look for evaluation passages and to verify duplicates.
struct DecideStage {
  static let name = "decide"

  let context: StreamContext
  let chain: FilterChain

  init(_ context: StreamContext) throws {
    self.context = context
    chain = FilterChain(
      try context.recipe.curation.packs.map { try FilterPack.named($0.name) })
    if chain.needsSiteLines {
      throw Fault(
        .input, "a run cannot count the lines of sites before it edits", at: context.recipe.path,
        expected: "packs without the edit 'site_boilerplate'",
        hint: "apply that pack with 'midstream curate', and run on what it keeps")
    }
    let names = chain.packs.map(\.name)
    for (place, name) in names.enumerated()
    where names[..<place].contains(name) || RunColumns.globalStages.contains(name) {
      throw Fault(
        .input, "the filter pack '\(name)' is named twice, or like a stage of the stream",
        at: context.recipe.path, hint: "list all its domains in one entry, or rename the pack")
    }
  }

  /// Writes `decisions/`, `streams/` and `clusters.columns`.
  func run(_ tasks: [MeasuredTask], measured: [CompletionRecord]) throws -> CompletionRecord {
    let settings = context.recipe.curation
    let configuration = RunFolder.digest(
      of: chain.packs.map { "\($0)" } + ["\(settings)", "\(context.recipe.seed)"])
    let bytes = tasks.reduce(0) { $0 + $1.rawByteCount }
    return try context.runner.runWhole(
      Self.name, configuration: configuration, inputs: RunFolder.digest(measured), work: bytes,
      unit: "B"
    ) { [self, threads = context.threads, progress = context.runner.progress] in
      let decider = StreamDecider(tasks: tasks, chain: chain, settings: settings, threads: threads)
      return try decider.decide(note: { progress.add(0, detail: $0) })
    }
  }
}
extension DecideStage: @unchecked Sendable {}
