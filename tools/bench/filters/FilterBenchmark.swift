import Corpora
import Curation
import Dispatch
import Foundation
import Runs
import Streams

/// Times the taking apart of texts, Gopher's signals and the decisions, all in memory.
///
///     bench-filters INPUT.jsonl [--threads 1,2] [--runs N] [--json] [--verdicts OUTPUT.jsonl]
///
/// `--verdicts` writes one line a document for `compare_verdicts.py`.
@main
struct FilterBenchmark {
  var input = ""
  var threads = [1, 2]
  var runs = 3
  var json = false
  var verdicts: String?

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
    let byteCount = batches.reduce(0) { $0 + $1.textByteCount }
    let documents = batches.reduce(0) { $0 + $1.count }
    let jobs = [
      Job(name: "anatomy", packs: [], measures: false),
      Job(name: "gopher-quality", packs: ["gopher-quality"]),
      Job(name: "gopher-repetition", packs: ["gopher-repetition"]),
      Job(name: "gopher-quality+repetition", packs: ["gopher-quality", "gopher-repetition"]),
    ]
    for job in jobs {
      for threads in threads {
        var best = Double.infinity
        var kept = 0
        for _ in 0..<runs {
          let start = DispatchTime.now().uptimeNanoseconds
          kept = try run(job, batches, threads: threads)
          best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
        }
        report(job, threads, best, byteCount, documents, kept)
      }
    }
    if let verdicts { try writeVerdicts(batches, to: verdicts) }
  }

  private func run(_ job: Job, _ batches: [DocumentBatch], threads: Int) throws -> Int {
    let decider = FilterDecider(try job.packs.map { try FilterPack.named($0) })
    return try concurrentMap(batches.count, threads: threads) { index in
      let texts = batches[index].texts
      guard job.measures else {
        let anatomy = try TextAnatomy()
        return try (0..<texts.count).reduce(0) { count, document in
          try texts.withBytes(document) { text in
            try anatomy.withText(text) { count + ($0.wordCount > 0 ? 1 : 0) }
          }
        }
      }
      let signals = try SignalMeter(decider.measurements).measure(texts)
      return try decider.decide(signals).keep.count { $0 }
    }.reduce(0, +)
  }

  private func report(
    _ job: Job, _ threads: Int, _ seconds: Double, _ byteCount: Int, _ documents: Int, _ kept: Int
  ) {
    let rate = Double(byteCount) / 1e6 / seconds
    if json {
      print(
        #"{"job":"\#(job.name)","threads":\#(threads),"mb_per_s":\#(rounded(rate)),"#
          + #""docs_per_s":\#(rounded(Double(documents) / seconds)),"documents":\#(documents),"#
          + #""kept":\#(kept)}"#)
    } else {
      print(
        "\(job.name), \(threads) thread(s): \(rounded(rate)) MB/s, \(kept) of \(documents) kept")
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
      if batch.textByteCount > 2_000_000 {
        batches.append(batch)
        batch = DocumentBatch()
      }
    }
    if !batch.isEmpty { batches.append(batch) }
    return batches
  }

  /// The first failed rule of each pack, as the peer gives it, and all signals.
  private func writeVerdicts(_ batches: [DocumentBatch], to path: String) throws {
    let names = ["gopher-quality", "gopher-repetition"]
    let packs = try names.map { try FilterPack.named($0) }
    let decider = FilterDecider(packs)
    let meter = try SignalMeter(decider.measurements)
    var lines = ""
    var index = 0
    for batch in batches {
      let signals = try meter.measure(batch.texts)
      let decisions = try decider.decide(signals).decisions
      let columns = try meter.names.map { ($0, try signals.float32($0)) }
      var first = [[String: String]](repeating: [:], count: batch.count)
      for entry in 0..<decisions.count {
        let decision = decisions[entry]
        let document = Int(decision.ordinal)
        if first[document][decision.stage] == nil {
          first[document][decision.stage] = decision.rule
        }
      }
      for document in 0..<batch.count {
        let values = columns.filter { !$0.1[document].isNaN }
          .map { #""\#($0.0)":\#($0.1[document])"# }.joined(separator: ",")
        let quality = first[document][names[0]].map { "\"\($0)\"" } ?? "null"
        let repetition = first[document][names[1]].map { "\"\($0)\"" } ?? "null"
        lines +=
          #"{"index":\#(index),"quality":\#(quality),"repetition":\#(repetition),"#
          + #""values":{\#(values)}}"# + "\n"
        index += 1
      }
    }
    try Data(lines.utf8).write(to: URL(filePath: path))
  }
}
