import Mixtures
import Streams
import TokenShards
import Tokenization

/// Shard writing (encoding included) and window reading, on one thread.
struct ShardTiming {
  static let sequenceLength = 2048

  let texts: Texts
  let tokenizer: BytePairTokenizer
  let folder: String

  func run(_ report: inout Report) throws {
    let header = ShardHeader(
      vocabularyCount: tokenizer.vocabularyCount, tokenizerDigest: tokenizer.digest,
      endOfText: tokenizer.endOfText)
    let writer = try ShardWriter(
      folder: folder, name: "bench", header: header,
      origin: ShardOrigin(domain: "bench", source: "bench", licence: "unknown"))
    let scratch = EncoderScratch()
    var entries: [ShardEntry] = []
    let writing = try Benchmark.seconds {
      for i in 0..<texts.count {
        try tokenizer.encode(texts[i], scratch: scratch) { try writer.append($0) }
      }
      entries = try writer.finish()
    }
    let tokens = entries.reduce(0) { $0 + $1.tokenCount }
    report.add("encode and write shards", threads: 1, seconds: writing, tokens: tokens)
    try readWindows(entries, &report)
  }

  private func readWindows(_ entries: [ShardEntry], _ report: inout Report) throws {
    let readers = try entries.map { try ShardReader(folder + "/" + $0.file) }
    let verifying = try Benchmark.seconds { for reader in readers { try reader.verify() } }
    report.add(
      "verify shards", threads: 1, seconds: verifying,
      tokens: readers.reduce(0) { $0 + $1.tokenCount })
    let windows = MixtureReader.windowCount(
      tokenCounts: readers.map(\.tokenCount), sequenceLength: Self.sequenceLength)
    guard windows > 0 else { return }
    let plan = try MixturePlan(
      domains: [MixtureDomain(name: "bench", windowCount: windows)],
      schedule: [MixtureSegment(steps: windows, weights: .proportional)], samplesPerStep: 1)
    let mixture = try MixtureReader(
      plan: plan, readers: [readers], sequenceLength: Self.sequenceLength, seed: 1)
    let window = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: Self.sequenceLength + 1)
    defer { window.deallocate() }
    let reading = try Benchmark.seconds {
      for index in 0..<windows { _ = try mixture.fill(sampleIndex: index, into: window) }
    }
    report.add(
      "read windows of \(Self.sequenceLength + 1) at random", threads: 1, seconds: reading,
      tokens: windows * Self.sequenceLength)
  }
}
