import Streams
import Testing

@testable import Mixtures

@Suite struct MixtureExportTests {
  static let mixture = try? ExportedMixture(
    name: "continued",
    domains: [
      .init(name: "general", path: "data/general", mostEpochs: 0.5),
      .init(name: "math \"1\"", path: "s3://shards/math: {1}", mostEpochs: 4.00012),
      .init(name: "code", path: "data/code"), .init(name: "none", path: "data/none"),
    ], weights: [2, 1, 0.3, 0], origin: "by\nhand", seed: 3)

  @Test("each format holds the domains with a weight, in decimal shares that add up to 1")
  func formats() throws {
    let mixture = try ExportedMixture(
      name: "mixture",
      domains: ["general", "math", "code"].map { .init(name: $0, path: "data/\($0)") },
      weights: [1, 1, 1], origin: "by hand")
    #expect(
      try MixtureFormat.megatron.text(mixture) == """
        0.333333334 data/general
        0.333333333 data/math
        0.333333333 data/code

        """)
    let odd = try #require(Self.mixture)
    #expect(
      try MixtureFormat.olmoCore.text(odd) == """
        # by hand
        sources:
        - source_name: "general"
          target_ratio: 0.606060606
          max_repetition_ratio: 1.0
          paths:
          - "data/general"
        - source_name: "math \\"1\\""
          target_ratio: 0.303030303
          max_repetition_ratio: 4.001
          paths:
          - "s3://shards/math: {1}"
        - source_name: "code"
          target_ratio: 0.090909091
          paths:
          - "data/code"

        """)
    #expect(
      try MixtureFormat.mosaicml.text(odd) == """
        # by hand
        streams:
          "general":
            local: "data/general"
            proportion: 0.606060606
          "math \\"1\\"":
            remote: "s3://shards/math: {1}"
            proportion: 0.303030303
          "code":
            local: "data/code"
            proportion: 0.090909091

        """)
    #expect(
      try MixtureFormat.nanotron.text(odd) == """
        # by hand
        data_stages:
        - name: "continued"
          start_training_step: 1
          data:
            dataset:
              dataset_folder:
              - "data/general"
              - "s3://shards/math: {1}"
              - "data/code"
              dataset_weights:
              - 0.606060606
              - 0.303030303
              - 0.090909091
            num_loading_workers: 1
            seed: 3

        """)
    let fault = #expect(throws: Fault.self) { try MixtureFormat.megatron.text(odd) }
    #expect(fault?.message == "Megatron cannot read the path of 'math \"1\"'")
  }

  @Test("a plan's schedule becomes stages that begin at step 1 and leave no step out")
  func schedule() throws {
    let plan = try MixturePlan(
      domains: [
        MixtureDomain(name: "a", windowCount: 10, mostEpochs: 1.1),
        MixtureDomain(name: "b", windowCount: 500, mostEpochs: 4),
      ],
      schedule: [
        MixtureSegment(steps: 10, weights: .explicit(["a": 1, "b": 3])),
        MixtureSegment(steps: 30, weights: .explicit(["a": 1, "b": 1])),
      ], samplesPerStep: 4, overCap: .redistribute)
    let mixture = try ExportedMixture(
      name: "s", plan: plan, path: { "x/\($0)" }, origin: "test", seed: 1)
    #expect(mixture.stages.map(\.firstStep) == [1, 11, 12])
    #expect(mixture.stages.map(\.steps).reduce(0, +) == 40)
    #expect(mixture.stages.map(\.name) == ["s-1", "s-2", "s-3"])
    #expect(mixture.shares[0] == 11.0 / 160)
    let text = try MixtureFormat.nanotron.text(mixture)
    #expect(text.contains("start_training_step: 12"))
    #expect(text.components(between: "s-3", and: "seed").contains("x/a") == false)
  }

  @Test("no weight, a weight that is none and a path without a domain are refused")
  func refused() throws {
    let domains = [ExportedMixture.Domain(name: "a", path: "a")]
    for weights in [[0.0], [-1], [.nan], [.infinity], [1, 1], []] {
      #expect(throws: Fault.self) {
        try ExportedMixture(name: "m", domains: domains, weights: weights, origin: "")
      }
    }
    #expect(try PathTemplate("s3://b/{domain}/{domain}.npy").path(of: "a") == "s3://b/a/a.npy")
    for path in ["data/web", "", "data/{domian}", "{domain}/{stream}", "{domain}}"] {
      #expect(throws: Fault.self, "\(path)") { try PathTemplate(path) }
    }
  }

  @Test("decimal shares add up to exactly a billion billionths", arguments: 1...40)
  func decimals(count: Int) throws {
    let shares = (0..<count).map { 1 / Double($0 * $0 + 1) }
    let sum = shares.reduce(0, +)
    let texts = DecimalShares(shares.map { $0 / sum }).entries.map(\.text)
    let billionths = try texts.map { text in
      let parts = text.split(separator: ".")
      let digits = parts[1] + String(repeating: "0", count: 9 - parts[1].count)
      return try #require(Int(parts[0] + digits))
    }
    #expect(billionths.reduce(0, +) == 1_000_000_000 && texts.count == count)
  }
}

extension String {
  fileprivate func components(between start: String, and end: String) -> String {
    guard let from = firstRange(of: start),
      let to = self[from.upperBound...].firstRange(of: end)
    else { return "" }
    return String(self[from.upperBound..<to.lowerBound])
  }
}
