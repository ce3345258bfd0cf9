import Corpora
import Curation
import Foundation
import Runs
import Streams

/// `midstream run`: the stages of a recipe, one after the other, each resumable.
struct Stream {
  let context: StreamContext
  private let lock: RunLock

  init(
    _ recipe: StreamRecipe, overrides: [String], output: String, threads: Int,
    progress: ProgressLine
  ) throws {
    let run = try RunFolder(output)
    lock = try RunLock(run)
    let record = RunRecord(
      name: recipe.name, recipe: recipe.path, recipeDigest: recipe.digest, overrides: overrides,
      version: Midstream.version, seed: recipe.seed, machine: .current,
      started: Date().timeIntervalSince1970)
    context = StreamContext(
      recipe: recipe, run: run,
      runner: TaskRunner(run: run, threads: threads, progress: progress),
      book: try RunBook(run, record))
  }

  func run() throws {
    let corpus = try FetchStage(context: context).run()
    let decide = try DecideStage(context)
    let slices = try corpus.slices()
    let tasks = ExtractStage.tasks(slices, run: context.run)
    let bytes = tasks.reduce(0) { $0 + $1.rawByteCount }
    let extract = try ExtractStage(context, packs: decide.packs)
    let measured = try context.stage(ExtractStage.name) {
      (try extract.run(corpus, slices, tasks), bytes)
    }
    _ = try context.stage(DecideStage.name) { (try decide.run(tasks, measured: measured), bytes) }
  }
}
