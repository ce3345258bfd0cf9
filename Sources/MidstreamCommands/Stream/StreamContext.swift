import Runs

/// What every stage of the stream works with.
struct StreamContext {
  var recipe: StreamRecipe
  var run: RunFolder
  var runner: TaskRunner
  var book: RunBook

  var threads: Int { runner.threads }
}
