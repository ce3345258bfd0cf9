import Dispatch
import Glibc
import Streams
import Tokenization

/// Times tokenizing on the texts of a JSON Lines file, which are read into memory first.
///
///     bench-tokenizer --input docs.jsonl --tokenizer tokenizer.json [--threads N] [--runs N] [--cache MB]
///         [--train VOCABULARY] [--shards FOLDER] [--save FOLDER] [--ids FILE] [--json]
@main
struct Benchmark {
  static func main() throws {
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      let texts = try Texts(arguments.input)
      var report = Report(json: arguments.json, bytes: texts.byteCount)
      if let path = arguments.tokenizer {
        let tokenizer = try BytePairTokenizer(path: path)
        try Encoding(texts: texts, tokenizer: tokenizer, arguments: arguments).run(&report)
        if let folder = arguments.shards {
          try ShardTiming(texts: texts, tokenizer: tokenizer, folder: folder).run(&report)
        }
      }
      if let count = arguments.train {
        try trainTokenizer(texts, vocabularyCount: count, arguments, &report)
      }
    } catch {
      print(error)
      throw error
    }
  }

  static func trainTokenizer(
    _ texts: Texts, vocabularyCount: Int, _ arguments: Arguments, _ report: inout Report
  ) throws {
    for threads in arguments.threadCounts {
      var counts: PretokenCounts?
      let counting = try seconds {
        let partial = try texts.inParallel(threads) { range in
          let counts = try PretokenCounts()
          for i in range { try counts.count(texts[i]) }
          return counts
        }
        for other in partial.dropFirst() { try partial[0].merge(other) }
        counts = partial[0]
      }
      guard let counts else { return }
      var trained: BytePairTokenizer?
      let merging = try seconds {
        trained = try BytePairTrainer(vocabularyCount: vocabularyCount).train(counts)
      }
      report.add("count pre-tokens", threads: threads, seconds: counting)
      report.add("learn \(vocabularyCount) tokens", threads: 1, seconds: merging)
      report.add("train \(vocabularyCount) tokens", threads: threads, seconds: counting + merging)
      if let folder = arguments.save { try trained?.save(to: folder) }
    }
  }

  /// Seconds that the process computed: the same on a busy machine, nearly.
  static func processorSeconds(_ body: () -> Void) -> Double {
    let start = clock()
    body()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }
}

struct Arguments {
  var input = ""
  var tokenizer: String?
  var threadCounts = [1]
  var runs = 3
  var cache = 48 << 20
  var train: Int?
  var shards: String?
  var save: String?
  var ids: String?
  var json = false

  init(_ arguments: some Sequence<String>) throws {
    var iterator = arguments.makeIterator()
    while let flag = iterator.next() {
      if flag == "--json" {
        json = true
        continue
      }
      guard let value = iterator.next() else {
        throw Fault(.input, "the flag '\(flag)' needs a value")
      }
      switch flag {
      case "--input": input = value
      case "--tokenizer": tokenizer = value
      case "--threads": threadCounts = value.split(separator: ",").compactMap { Int($0) }
      case "--cache": cache = (Int(value) ?? 48) << 20
      case "--runs": runs = Int(value) ?? runs
      case "--train": train = Int(value)
      case "--shards": shards = value
      case "--save": save = value
      case "--ids": ids = value
      default: throw Fault(.input, "unknown flag '\(flag)'")
      }
    }
  }
}

/// One line a figure.
struct Report {
  let json: Bool
  let bytes: Int

  func add(_ what: String, threads: Int, seconds: Double, tokens: Int? = nil) {
    let rate = Double(bytes) / seconds / 1e6
    let tokenRate = tokens.map { Double($0) / seconds / 1e6 }
    if json {
      let extra = tokenRate.map { ",\"mtok_per_s\":\(rounded($0))" } ?? ""
      print(
        "{\"what\":\"\(what)\",\"threads\":\(threads),\"seconds\":\(rounded(seconds))"
          + ",\"mb_per_s\":\(rounded(rate))\(extra)}")
    } else {
      let extra = tokenRate.map { ", \(rounded($0)) Mtok/s" } ?? ""
      print("\(what), \(threads) threads: \(rounded(seconds)) s, \(rounded(rate)) MB/s\(extra)")
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
