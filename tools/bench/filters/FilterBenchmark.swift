import Corpora
import Curation
import Foundation
import Runs
import Streams
import Synchronization

/// Times the taking apart of texts, the packs' measurements and edits, and the decisions, all in
/// memory.
///
///     bench-filters INPUT.jsonl [--packs A,B …] [--threads 1,2] [--runs N] [--json]
///       [--verdicts OUTPUT.jsonl]
///
/// Each `--packs` is a job of its own: these packs as one chain (`every-signal`: all signals once). `--verdicts` writes one line a
/// document for `compare_verdicts.py`; with `--packs`, what all those packs decide together.
@main
struct FilterBenchmark {
  var input = ""
  var threads = [1, 2]
  var runs = 3
  var json = false
  var verdicts: String?
  /// The packs of each job; without, Gopher's and FineWeb's chain are timed.
  var chains: [[String]] = []

  static func main() {
    do {
      var benchmark = FilterBenchmark()
      try benchmark.read(Array(CommandLine.arguments.dropFirst()))
      try benchmark.run()
    } catch {
      FileHandle.standardError.write(Data("bench-filters: error: \(error)\n".utf8))
      exit((error as? Fault)?.kind.rawValue ?? 1)
    }
  }

  private mutating func read(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--json": json = true
      case "--threads":
        threads = rest.popFirst()?.split(separator: ",").compactMap { Int($0) } ?? []
      case "--runs": runs = rest.popFirst().flatMap { Int($0) } ?? runs
      case "--packs":
        chains += rest.popFirst().map { [$0.split(separator: ",").map(String.init)] } ?? []
      case "--verdicts": verdicts = rest.popFirst()
      default: input = argument
      }
    }
    guard !input.isEmpty else {
      throw Fault(.input, "no input was named", expected: "bench-filters INPUT.jsonl")
    }
  }

  private struct Job {
    var name: String
    var packs: [String]
    /// Signals, or nil to stop after the taking apart.
    var measures = true
  }

  private func run() throws {
    let batches = try loadBatches()
    let byteCount = Self.rounds * batches.reduce(0) { $0 + $1.textByteCount }
    let documents = batches.reduce(0) { $0 + $1.count }
    let usual = [
      ["gopher-quality"], ["gopher-repetition"], ["gopher-quality", "gopher-repetition"], ["c4"],
      ["fineweb-quality"], ["fineweb-heuristics"],
    ]
    let jobs =
      [Job(name: "anatomy", packs: [], measures: false)]
      + (chains.isEmpty ? usual : chains).map { Job(name: $0.joined(separator: "+"), packs: $0) }
    for job in jobs {
      for threads in threads {
        var best = Double.infinity
        var bestProcessor = Double.infinity
        var kept = 0
        for _ in 0..<runs {
          let start = seconds(CLOCK_MONOTONIC)
          let processorStart = seconds(CLOCK_PROCESS_CPUTIME_ID)
          kept = try run(job, batches, threads: threads)
          best = min(best, seconds(CLOCK_MONOTONIC) - start)
          bestProcessor = min(bestProcessor, seconds(CLOCK_PROCESS_CPUTIME_ID) - processorStart)
        }
        let rates = (
          wall: Double(byteCount) / 1e6 / best, core: Double(byteCount) / 1e6 / bestProcessor
        )
        report(job, threads, rates, documents, kept)
      }
    }
    guard let verdicts else { return }
    if chains.isEmpty { return try ChainVerdicts(batches).write(to: verdicts) }
    try PackVerdicts(packs: chains.flatMap { $0 }).write(batches, to: verdicts)
  }

  /// How often a run goes over the input, so that buffers grow in a small part of it only.
  private static let rounds = 3

  /// Each thread keeps its buffers from batch to batch, as commands do.
  private func run(_ job: Job, _ batches: [DocumentBatch], threads: Int) throws -> Int {
    let chain = FilterChain(
      try job.packs == [EverySignal.name]
        ? EverySignal.packs() : job.packs.map { try FilterPack.named($0) })
    let taken = Atomic(0)
    return try concurrentMap(threads, threads: threads) { _ in
      let anatomy = try TextAnatomy()
      let meter = try ChainMeter(chain)
      let decider = FilterDecider(chain)
      var count = 0
      while true {
        let index = taken.add(1, ordering: .relaxed).oldValue
        guard index < batches.count * Self.rounds else { return count }
        let batch = batches[index % batches.count]
        guard job.measures else {
          let texts = batch.texts
          for document in 0..<texts.count {
            try texts.withBytes(document) { text in
              try anatomy.withText(text) { count += $0.wordCount > 0 ? 1 : 0 }
            }
          }
          continue
        }
        count += try decider.decide(meter.measure(batch).signals).keep.count { $0 }
      }
    }.reduce(0, +) / Self.rounds
  }

  private func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// `rates`: MB of text a second of wall time, and a second of processor time, which other load on
  /// the machine disturbs less.
  private func report(
    _ job: Job, _ threads: Int, _ rates: (wall: Double, core: Double), _ documents: Int, _ kept: Int
  ) {
    let wall = rounded(rates.wall)
    let core = rounded(rates.core)
    if json {
      print(
        #"{"job":"\#(job.name)","threads":\#(threads),"mb_per_s":\#(wall),"#
          + #""mb_per_core_s":\#(core),"documents":\#(documents),"kept":\#(kept)}"#)
    } else {
      print(
        "\(job.name), \(threads) thread(s): \(wall) MB/s, \(core) MB a core second, "
          + "\(kept) of \(documents) kept")
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private struct Row: Decodable {
    var text: String
  }

  private func loadBatches() throws -> [DocumentBatch] {
    var batches: [DocumentBatch] = []
    var batch = DocumentBatch()
    let decoder = JSONDecoder()
    for line in try InputFile.decompressedBytes(input).split(separator: 10) {
      let text = try decoder.decode(Row.self, from: Data(line)).text
      batch.append(Document(id: "", text: text, source: ""))
      if batch.textByteCount > 500_000 {
        batches.append(batch)
        batch = DocumentBatch()
      }
    }
    if !batch.isEmpty { batches.append(batch) }
    return batches
  }
}
