import Streams
import TestFolders
import Testing
import TokenShards

@testable import Mixtures

@Suite struct MixtureReaderTests {
  private static let sequenceLength = 8

  /// Shards whose token `i` is a function of domain, shard and `i`.
  private func makeShards(
    _ folder: String, tokenCounts: [[Int]], tokenizer: String = "t"
  ) throws -> [[ShardReader]] {
    try tokenCounts.enumerated().map { domain, counts in
      try counts.enumerated().map { shard, count in
        let writer = try ShardWriter(
          folder: folder, name: "d\(domain)-\(shard)",
          header: ShardHeader(
            vocabularyCount: 60_000, tokenizerDigest: ContentDigest(tokenizer), endOfText: nil,
            tokensPerFrame: 32),
          origin: ShardOrigin(domain: "d\(domain)", source: "s", licence: "l"))
        try writer.append((0..<count).map { UInt32(domain * 20_000 + shard * 5000 + $0) })
        return try ShardReader(folder + "/" + writer.finish()[0].file, cachedFrames: 2)
      }
    }
  }

  private func makeReader(
    _ folder: String, tokenCounts: [[Int]] = [[200, 3, 150], [90]], seed: UInt64 = 1
  ) throws -> MixtureReader {
    let domains = tokenCounts.enumerated().map { domain, counts in
      MixtureDomain(
        name: "d\(domain)",
        windowCount: MixtureReader.windowCount(
          tokenCounts: counts, sequenceLength: Self.sequenceLength))
    }
    let plan = try MixturePlan(
      domains: domains,
      schedule: [
        .init(steps: 40, weights: .explicit(["d0": 2, "d1": 1])),
        .init(steps: 40, weights: .proportional),
      ], samplesPerStep: 4)
    return try MixtureReader(
      plan: plan, readers: makeShards(folder, tokenCounts: tokenCounts),
      sequenceLength: Self.sequenceLength, seed: seed)
  }

  private func window(_ reader: MixtureReader, _ index: Int) throws -> (Int, [UInt32]) {
    var domain = 0
    let tokens = try [UInt32](unsafeUninitializedCapacity: Self.sequenceLength + 1) {
      domain = try reader.fill(sampleIndex: index, into: $0)
      $1 = Self.sequenceLength + 1
    }
    return (domain, tokens)
  }

  @Test("an epoch of a domain is each of its windows once, and the next has another order")
  func epochs() throws {
    let folder = try TemporaryFolder()
    let reader = try makeReader(folder.path)
    #expect(reader.plan.domains.map(\.windowCount) == [24 + 0 + 18, 11])
    var firsts: [[UInt32]] = [[], []]
    for index in 0..<reader.plan.sampleCount {
      let (domain, tokens) = try window(reader, index)
      #expect(tokens == (0...8).map { tokens[0] + UInt32($0) })
      #expect((tokens[0] % 5000) % 8 == 0)
      #expect(tokens[0] / 20_000 == domain)
      firsts[domain].append(tokens[0])
    }
    for domain in 0..<2 {
      let count = reader.plan.domains[domain].windowCount
      let whole = firsts[domain].count / count
      #expect(whole >= 2)
      let epochs = (0..<whole).map { Array(firsts[domain][$0 * count..<($0 + 1) * count]) }
      for epoch in epochs { #expect(Set(epoch).count == count) }
      #expect(Set(epochs).count == whole)
    }
  }

  @Test("a sample is the same in any order, and another seed gives another order")
  func randomAccess() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let inOrder = try makeReader(folder.path)
    let all = try (0..<inOrder.plan.sampleCount).map { try window(inOrder, $0).1 }
    let shuffled = try makeReader(folder.path)
    for index in (0..<all.count).map({ $0 * 131 % all.count }) {
      #expect(try window(shuffled, index).1 == all[index])
    }
    let seeded = try makeReader(other.path, seed: 2)
    #expect(try (0..<all.count).map { try window(seeded, $0).1 } != all)
    #expect(throws: Fault.self) { try window(inOrder, all.count) }
    #expect(throws: Fault.self) { try window(inOrder, -1) }
  }

  @Test("the ledger adds up to the samples of a reader's plan")
  func ledger() throws {
    let folder = try TemporaryFolder()
    let reader = try makeReader(folder.path)
    let state = MixtureSampler.replay(reader.plan, to: 201).state
    let ledger = MixtureLedger(reader.plan, at: state, sequenceLength: Self.sequenceLength)
    #expect(ledger.entries.map(\.samples).reduce(0, +) == 201)
    #expect(ledger.entries.map(\.tokens).reduce(0, +) == 201 * 8)
    for entry in ledger.entries { #expect(abs(Double(entry.samples) - entry.plannedSamples) < 1) }
    #expect(ledger.entries[1].epochs == Double(ledger.entries[1].samples) / 11)
  }

  @Test("a plan of other shards and shards of two tokenizers are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    let readers = try makeShards(folder.path, tokenCounts: [[100]])
    func read(_ windows: Int) throws {
      let plan = try MixturePlan(
        domains: [.init(name: "d0", windowCount: windows)],
        schedule: [.init(steps: 1, weights: .proportional)], samplesPerStep: 1)
      _ = try MixtureReader(plan: plan, readers: readers, sequenceLength: 8, seed: 1)
    }
    try read(12)
    #expect(throws: Fault.self) { try read(13) }
    let other = try TemporaryFolder()
    let foreign = try makeShards(other.path, tokenCounts: [[100]], tokenizer: "u")
    let fault = #expect(throws: Fault.self) {
      let domains = ["d0", "d1"].map { MixtureDomain(name: $0, windowCount: 12) }
      let plan = try MixturePlan(
        domains: domains, schedule: [.init(steps: 1, weights: .proportional)], samplesPerStep: 1)
      _ = try MixtureReader(plan: plan, readers: readers + foreign, sequenceLength: 8, seed: 1)
    }
    #expect(fault?.message.contains("different tokenizers") == true)
  }
}
