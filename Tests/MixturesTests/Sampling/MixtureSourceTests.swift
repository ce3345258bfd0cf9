import Streams
import TestFolders
import Testing
import TokenShards

@testable import Mixtures

@Suite struct MixtureSourceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write("a", tokens: 300)
    try write("b", tokens: 200)
  }

  private func write(_ domain: String, tokens: Int, tokenizer: String = "t") throws {
    let path = "\(folder.path)/\(domain)"
    try Folder.create(path)
    let writer = try ShardWriter(
      folder: path, name: domain,
      header: ShardHeader(
        vocabularyCount: 1000, tokenizerDigest: ContentDigest(tokenizer), endOfText: nil),
      origin: ShardOrigin(domain: domain, source: "s", licence: "l"))
    try writer.append((0..<tokens).map { UInt32($0) })
    try ShardIndex(try writer.finish()).write(to: path)
  }

  private func source(
    _ names: [String] = ["a", "b"], steps: Int = 20, seed: UInt64 = 1, cap: Double = 4,
    overCap: OverCap = .warn
  ) throws -> MixtureSource {
    try MixtureSource(
      shards: names.map { try DomainShards(name: $0, folder: "\(folder.path)/\($0)") },
      schedule: [MixtureSegment(steps: steps, weights: .explicit(["a": 1, "b": 2]))],
      samplesPerStep: 4, sequenceLength: 10, mostEpochs: ["b": cap], overCap: overCap, seed: seed)
  }

  @Test("the fingerprint changes with data, plan and seed, and with nothing else")
  func fingerprint() throws {
    let first = try source().fingerprint
    #expect(try source().fingerprint == first)
    #expect(try source(cap: 5).fingerprint == first, "a cap that changes no sample")
    #expect(try source(seed: 2).fingerprint != first)
    #expect(try source(steps: 21).fingerprint != first)
    #expect(try source(cap: 1, overCap: .redistribute).fingerprint != first)
    #expect(try source(["b", "a"]).fingerprint != first)
    try write("b", tokens: 201)
    #expect(try source().fingerprint != first)
  }

  @Test("redistribution draws no window of a domain more often than its cap")
  func caps() throws {
    let source = try source(steps: 10, cap: 0.5, overCap: .redistribute)
    #expect(source.plan.domains[1].windowCount == 19)
    var seen: [UInt32: Int] = [:]
    var count = 0
    for sample in 0..<source.plan.sampleCount {
      var domain = 0
      let window = try [UInt32](unsafeUninitializedCapacity: 11) {
        domain = try source.fill(sample, $0)
        $1 = 11
      }
      guard domain == 1 else { continue }
      count += 1
      seen[window[0], default: 0] += 1
    }
    #expect(count == 9 && seen.values.allSatisfy { $0 == 1 })
    let counts = source.state(before: source.plan.sampleCount).counts
    #expect(counts == [31, 9])
    try source.ledger(of: counts).check()
    #expect(source.tokenCount == 400 && source.tokenizerDigest == ContentDigest("t"))
  }

  @Test("a folder without shards and shards of two tokenizers are named")
  func refused() throws {
    let fault = #expect(throws: Fault.self) {
      try DomainShards(name: "web", folder: folder.path + "/none")
    }
    #expect(fault?.message == "the domain 'web' has no shards" && fault?.kind == .input)
    #expect(DomainShards(empty: "web").tokenCount == 0)
    try write("c", tokens: 100, tokenizer: "u")
    #expect(throws: Fault.self) { try source(["a", "b", "c"]) }
  }
}
