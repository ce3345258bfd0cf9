import Corpora
import Curation
import Foundation
import Streams

/// Times deduplication of documents in memory and scores it against an exact join.
///
///     bench-dedup FOLDER [--json] [--threads N] [--runs N]
///     bench-dedup FOLDER --synthetic N [--memory-mb M] [--threads N]      bands of N made documents
///     bench-dedup FOLDER --confusion                  domains by kind of file and package
///     bench-dedup FOLDER --export-classifier DIR      for tools/bench/dedup-classifier.py
///     bench-dedup --estimator [--slots N] [--pairs N] bias and variance of the sketch
///
/// FOLDER holds `dedup.jsonl`, `dedup_pairs.tsv` and `dup_truth.tsv`. A megabyte is 10^6 bytes of
/// text. Signatures alone are MinHash bands; the whole job is text hashes, bands, candidate search,
/// verification, clusters and removal. Domain tags and a linear classifier (trained before the
/// clock starts) are timed on the same texts. Seconds are of the clock; `cpu_seconds` are of all
/// threads, and tell more on a busy machine.
@main
struct DedupBenchmark {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    func option(_ name: String) -> Int? {
      guard let at = arguments.firstIndex(of: name), at + 1 < arguments.count else { return nil }
      let value = Int(arguments[at + 1])
      arguments.removeSubrange(at...at + 1)
      return value
    }
    let synthetic = option("--synthetic")
    let memory = option("--memory-mb") ?? 4000
    let most = option("--threads") ?? ProcessInfo.processInfo.activeProcessorCount
    let runs = option("--runs") ?? 3
    var exportFolder: String?
    if let at = arguments.firstIndex(of: "--export-classifier"), at + 1 < arguments.count {
      exportFolder = arguments[at + 1]
      arguments.removeSubrange(at...at + 1)
    }
    if arguments.contains("--estimator") {
      let slots = option("--slots") ?? 112
      for row in try EstimatorAccuracy.rows(slots: slots, pairs: option("--pairs") ?? 2000) {
        print(row)
      }
      return
    }
    let confusion = arguments.contains("--confusion")
    let json = arguments.contains("--json")
    arguments.removeAll { $0 == "--json" || $0 == "--confusion" }
    guard let folder = arguments.first else {
      FileHandle.standardError.write(
        Data("usage: bench-dedup FOLDER [--json] [--threads N] [--runs N]\n".utf8))
      exit(2)
    }
    if let synthetic {
      let bands = SyntheticBands(
        documents: synthetic, folder: folder, memory: memory * 1_000_000, threads: most)
      try bands.run { stage, seconds, figures in
        reportSynthetic(stage, seconds, figures, json)
      }
      return
    }
    let corpus = try BenchmarkCorpus(folder: folder)
    if let exportFolder {
      try ClassifierExport(corpus.tasks).write(to: exportFolder)
      return
    }
    if confusion {
      for row in corpus.domainConfusion() { print(row) }
      return
    }
    let classifier = try corpus.codeClassifier()
    for threads in Set([1, max(1, most)]).sorted() {
      let sign = best(of: runs) { corpus.signatures(threads: threads) }
      report("minhash-sign", threads, corpus, sign.seconds, ["cpu_seconds": sign.cpuSeconds], json)
      let characters = best(of: runs) {
        corpus.signatures(threads: threads, plan: MinHashPreset.nemo.plan)
      }
      report(
        "minhash-sign-characters", threads, corpus, characters.seconds,
        ["cpu_seconds": characters.cpuSeconds], json)
      let whole = try best(of: runs) { try corpus.deduplicate(threads: threads) }
      var extra = try corpus.score(whole.result)
      extra["cpu_seconds"] = whole.cpuSeconds
      extra["candidates"] = Double(whole.result.statistics.candidates)
      extra["comparisons"] = Double(whole.result.statistics.comparisons)
      extra["unrepresented"] = Double(whole.result.statistics.unrepresented)
      report("minhash-dedup", threads, corpus, whole.seconds, extra, json)
      let tags = best(of: runs) { corpus.domains(threads: threads) }
      var shares = ["cpu_seconds": tags.cpuSeconds]
      for domain in Domain.allCases {
        shares[domain.name] = Double(tags.result[Int(domain.rawValue)]) / Double(corpus.count)
      }
      report("domain-tags", threads, corpus, tags.seconds, shares, json)
      let classify = best(of: runs) { corpus.classify(classifier, threads: threads) }
      report(
        "classify", threads, corpus, classify.seconds,
        ["cpu_seconds": classify.cpuSeconds], json)
    }
  }

  static func best<Result>(
    of runs: Int, _ body: () throws -> Result
  ) rethrows -> (seconds: Double, cpuSeconds: Double, result: Result) {
    var least = Double.infinity
    var leastCPU = Double.infinity
    while true {
      var result: Result?
      for _ in 0..<max(1, runs) {
        let start = ContinuousClock.now
        let cpu = clock()
        result = try body()
        least = min(least, (ContinuousClock.now - start) / .seconds(1))
        leastCPU = min(leastCPU, Double(clock() - cpu) / Double(CLOCKS_PER_SEC))
      }
      if let result { return (least, leastCPU, result) }
    }
  }

  static func report(
    _ job: String, _ threads: Int, _ corpus: BenchmarkCorpus, _ seconds: Double,
    _ extra: [String: Double], _ json: Bool
  ) {
    let rate = Double(corpus.byteCount) / seconds / 1e6
    let figures = extra.sorted { $0.key < $1.key }
    if json {
      let more = figures.map { ",\"\($0.key)\":\(short($0.value))" }.joined()
      print(
        "{\"job\":\"\(job)\",\"threads\":\(threads),\"seconds\":\(short(seconds)),"
          + "\"mb_per_s\":\(short(rate)),\"documents\":\(corpus.count)\(more)}")
    } else {
      let more = figures.map { "  \($0.key) \(short($0.value))" }.joined()
      print("\(job)  threads \(threads)  \(short(rate)) MB/s  \(short(seconds)) s\(more)")
    }
  }

  static func reportSynthetic(
    _ stage: String, _ seconds: Double, _ figures: [String: Double], _ json: Bool
  ) {
    let figures = figures.sorted { $0.key < $1.key }
    if json {
      let more = figures.map { ",\"\($0.key)\":\(short($0.value))" }.joined()
      print(
        "{\"job\":\"synthetic-bands\",\"stage\":\"\(stage)\",\"seconds\":\(short(seconds))\(more)}")
    } else {
      let more = figures.map { "  \($0.key) \(short($0.value))" }.joined()
      print("synthetic bands: \(stage)  \(short(seconds)) s\(more)")
    }
  }

  static func short(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(format: "%.4f", value)
  }
}
