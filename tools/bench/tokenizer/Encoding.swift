import Streams
import Tokenization

/// Encoding of all texts.
struct Encoding {
  let texts: Texts
  let tokenizer: BytePairTokenizer
  let arguments: Arguments

  func run(_ report: inout Report) throws {
    for threads in arguments.threadCounts {
      var best = Double.infinity
      var tokens = 0
      for _ in 0..<arguments.runs {
        let time = try Benchmark.seconds {
          tokens = try texts.inParallel(threads, count).reduce(0, +)
        }
        best = min(best, time)
      }
      report.add("encode", threads: threads, seconds: best, tokens: tokens)
    }
    var (cold, warm) = (Double.infinity, Double.infinity)
    for _ in 0..<arguments.runs {
      let scratch = EncoderScratch(cacheByteCount: arguments.cache)
      cold = min(cold, Benchmark.processorSeconds { _ = count(0..<texts.count, scratch) })
      warm = min(warm, Benchmark.processorSeconds { _ = count(0..<texts.count, scratch) })
    }
    report.add("encode, processor time, empty cache", threads: 1, seconds: cold)
    report.add("encode, processor time, full cache", threads: 1, seconds: warm)
    if let path = arguments.ids { try writeIDs(path) }
  }

  @Sendable private func count(_ range: Range<Int>) -> Int {
    count(range, EncoderScratch(cacheByteCount: arguments.cache))
  }

  private func count(_ range: Range<Int>, _ scratch: EncoderScratch) -> Int {
    var tokens = 0
    for i in range { tokens += tokenizer.encode(texts[i], scratch: scratch) { $0.count + 1 } }
    return tokens
  }

  /// All ids as `UInt32`, end of text after each document, for comparison with peers.
  private func writeIDs(_ path: String) throws {
    let file = try OutputFile(path)
    let scratch = EncoderScratch(cacheByteCount: arguments.cache)
    for i in 0..<texts.count {
      var ids = tokenizer.encode(texts[i], scratch: scratch) { Array($0) }
      ids.append(tokenizer.endOfText ?? 0)
      try ids.withUnsafeBytes { try file.write($0) }
    }
    try file.commit()
  }
}
