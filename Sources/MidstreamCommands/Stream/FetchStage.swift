import Corpora
import CounterRandom
import Runs
import Streams

/// Brings the corpus onto this machine.
struct FetchStage {
  static let name = "fetch"

  let context: StreamContext

  func run() throws -> FetchedCorpus {
    try context.stage(Self.name) {
      let settings = context.recipe.corpus
      let manifest = try settings.corpus()
      var corpus = try Self.fetch(
        manifest, into: context.run.file("corpus"), progress: context.runner.progress)
      for warning in corpus.warnings { context.log.warning("\(Self.name): \(warning)") }
      if let limit = settings.limit { corpus.limit(to: limit, seed: context.recipe.seed) }
      let bytes = corpus.sources.reduce(0) { $0 + $1.byteCount }
      guard bytes > 0 else {
        throw Fault(
          .input, "the corpus has no files to read", at: manifest.path,
          hint: "check the paths and globs of its sources")
      }
      return (corpus, bytes)
    }
  }

  /// Fetches with a progress line; warnings are printed.
  static func fetch(
    _ manifest: CorpusManifest, into folder: String, progress: ProgressLine
  ) throws -> FetchedCorpus {
    let shown = ShownBytes()
    progress.begin(name, total: 0, unit: "B")
    defer { progress.end() }
    let fetcher = Fetcher(
      folder: folder, isInterrupted: { Interruption.isRequested },
      progress: { progress.add(shown.advance(to: $0.byteCount), detail: $0.activity) })
    do {
      let corpus = try fetcher.fetch(manifest)
      for warning in corpus.warnings { progress.note("\(name): \(warning)") }
      return corpus
    } catch is CancellationError {
      throw Interruption.Interrupted()
    }
  }
}

extension FetchedCorpus {
  /// Keeps about `limit` bytes: of each source the same share of its files, drawn by the seed, at
  /// least one.
  mutating func limit(to limit: Int, seed: Int) {
    let total = sources.reduce(0) { $0 + $1.byteCount }
    guard total > limit else { return }
    for index in sources.indices {
      let share = Int(Double(sources[index].byteCount) * Double(limit) / Double(total))
      let random = CounterRandom(
        seed: UInt64(seed), purpose: "files of \(sources[index].source.name)")
      let files = sources[index].files
      let order = files.indices.sorted {
        (random.bits(UInt64($0)), $0) < (random.bits(UInt64($1)), $1)
      }
      var kept: [Int] = []
      var bytes = 0
      for place in order where kept.isEmpty || bytes + files[place].byteCount <= share {
        kept.append(place)
        bytes += files[place].byteCount
      }
      sources[index].files = kept.sorted().map { files[$0] }
    }
  }
}
