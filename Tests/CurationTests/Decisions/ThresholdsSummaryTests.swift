import Corpora
import CounterRandom
import Runs
import Testing

@testable import Curation

@Suite struct ThresholdsSummaryTests {
  private static let comparisons = [
    ("mean_word_length", "<", "3"), ("word_count", "<=", "50"), ("hash_ratio", ">", "0.8"),
    ("stop_word_count", ">=", "4"),
  ]

  /// A pack of the rules above, one of them with another threshold, and one of no threshold.
  private func chain(moving rule: Int? = nil, to threshold: Float = 0) throws -> FilterChain {
    let rules = Self.comparisons.enumerated().map { index, rule_ in
      let value = index == rule ? "\(threshold)" : rule_.2
      return "  - {id: \(rule_.0), fails_when: \(rule_.0) \(rule_.1) \(value)}\n"
    }
    return FilterChain([
      try FilterPack(
        yaml: """
          name: p
          version: 1
          paper: none
          description: d
          measurements: [\(Self.comparisons.map(\.0).joined(separator: ", ")), char_count]
          rules:
            - {id: empty, fails_when: char_count == 0}
          \(rules.joined())
          """, path: "p.yaml")
    ])
  }

  private func documents(
    _ range: Range<Int>, file: Int = 0, hasTokens: Bool = true
  ) -> ThresholdsSummary.Documents {
    let random = CounterRandom(seed: 7, purpose: "signals")
    func draw(_ index: Int, _ signal: Int, below: UInt64) -> Float {
      Float(random.bits(UInt64(index * 8 + signal)) % below)
    }
    var signals = ColumnTable()
    signals.set(
      "mean_word_length",
      .float32(range.map { $0 % 50 == 0 ? .nan : 2.5 + draw($0, 0, below: 300) / 97 }))
    signals.set("word_count", .float32(range.map { draw($0, 1, below: 1000) }))
    signals.set("hash_ratio", .float32(range.map { draw($0, 2, below: 100) / 100 }))
    signals.set("stop_word_count", .float32(range.map { draw($0, 3, below: 6) }))
    signals.set("char_count", .float32(range.map { $0 % 31 == 0 ? 0 : 9 }))
    return ThresholdsSummary.Documents(
      signals: signals, ids: ByteColumn(range.map { "doc-\($0)" }),
      bytes: range.map { 100 + random.bits(UInt64($0 * 8 + 5)) % 1000 },
      tokens: hasTokens ? range.map { UInt64($0 % 17) } : nil,
      first: .init(file: file, document: range.lowerBound))
  }

  private func record(of parts: [Range<Int>]) throws -> ThresholdsRecord {
    let chain = try chain()
    var survey = ThresholdSurvey(chain)
    for part in parts {
      var own = ThresholdSurvey(chain)
      try own.add(documents(part).signals)
      survey.merge(own)
    }
    var summary = ThresholdsSummary(chain, survey: survey, hasTokens: true)
    for part in parts {
      var own = ThresholdsSummary(chain, survey: survey, hasTokens: true)
      try own.add(documents(part))
      summary.merge(own)
    }
    let places = summary.samplePlaces
    return summary.record { place in
      #expect(places.contains(place))
      return "text \(place.document)"
    }
  }

  @Test("what the bins say of another threshold is what deciding again with it says")
  func moving() throws {
    let all = documents(0..<3000)
    let record = try record(of: [0..<3000])
    #expect(record.judged.documents == 3000)
    #expect(record.rules.map(\.rule) == Self.comparisons.map(\.0))
    for (index, rule) in record.rules.enumerated() {
      #expect(rule.edges == rule.edges.sorted() && Set(rule.edges).count == rule.edges.count)
      #expect(rule.edges.count >= 5 && rule.edges.count < 64)
      #expect(rule.free.documents.count == rule.edges.count + 1)
      let present = try #require(rule.edges.firstIndex(of: rule.threshold))
      for (edge, threshold) in rule.edges.enumerated() {
        let keep = try FilterDecider(chain(moving: index, to: threshold)).decide(all.signals).keep
        let kept = keep.indices.filter { keep[$0] }
        // Bins between the two thresholds flip.
        let flips = rule.free.volume(min(present, edge) + 1..<max(present, edge) + 1)
        let comesBack = rule.failsBelow == (edge < present)
        let expected = comesBack ? record.kept + flips : record.kept - flips
        #expect(expected.documents == kept.count, "\(rule.rule) \(threshold)")
        #expect(expected.bytes == kept.reduce(0) { $0 + Int(all.bytes[$1]) })
        #expect(expected.tokens == kept.reduce(0) { $0 + $1 % 17 })
      }
    }
  }

  @Test("the present threshold's counts are those of the decisions")
  func present() throws {
    let all = documents(0..<3000)
    let record = try record(of: [0..<3000])
    let outcome = try FilterDecider(chain()).decide(all.signals)
    let counts = outcome.decisions.countsByRule()
    #expect(record.kept.documents == outcome.keep.count { $0 })
    for rule in record.rules {
      let count = try #require(counts.first { $0.rule == rule.rule })
      #expect(rule.failing.documents == count.documents && rule.alone.documents == count.alone)
      let unknown = outcome.undecided.first { $0.rule == rule.rule }?.documents ?? 0
      #expect(rule.undecided == unknown)
      let bins = rule.free.documents + rule.bound.documents
      #expect(bins.reduce(0, +) + unknown == 3000)
    }
    #expect(record.rules[0].undecided == 60)
  }

  @Test("the record does not depend on how the documents are parted, nor on their order")
  func merging() throws {
    let whole = try record(of: [0..<3000])
    #expect(try record(of: [0..<1, 1..<700, 700..<3000]) == whole)
    #expect(try record(of: [1500..<3000, 0..<0, 0..<1500]) == whole)
  }

  @Test("samples stand on both sides of the threshold and would flip, the nearest bins first")
  func samples() throws {
    let all = documents(0..<3000)
    let outcome = try FilterDecider(chain()).decide(all.signals)
    var failed: [String: Set<String>] = [:]
    for index in 0..<outcome.decisions.count {
      let decision = outcome.decisions[index]
      failed["doc-\(decision.ordinal)", default: []].insert(decision.rule)
    }
    for rule in try record(of: [0..<3000]).rules {
      let present = try #require(rule.edges.firstIndex(of: rule.threshold))
      let below = rule.samples.count { $0.bin <= present }
      #expect(rule.samples.count <= 20 && below > 0 && below < rule.samples.count)
      for sample in rule.samples {
        #expect(failed[sample.id, default: []].subtracting([rule.rule]).isEmpty)
        let fails = failed[sample.id] != nil
        #expect(fails == (rule.failsBelow == (sample.bin <= present)))
        #expect(sample.excerpt == "text \(sample.id.dropFirst(4))")
      }
    }
  }

  @Test("a pack that does not judge a document leaves it out of its histograms")
  func judges() throws {
    let chain = try chain()
    let all = documents(0..<100, hasTokens: false)
    var survey = ThresholdSurvey(chain)
    try survey.add(all.signals)
    var summary = ThresholdsSummary(chain, survey: survey)
    try summary.add(all, judges: { _, document in document < 10 })
    let record = summary.record { _ in "" }
    #expect(
      record.judged == DocumentVolume(documents: 100, bytes: all.bytes.reduce(0) { $0 + Int($1) }))
    #expect(record.kept.documents >= 90)
    #expect((record.rules[1].free.documents + record.rules[1].bound.documents).reduce(0, +) == 10)
  }

  @Test("signals without a value, with one value, and beyond all bounds have a histogram")
  func oddSpreads() throws {
    let chain = try chain()
    let columns: [[Float]] = [
      [.nan, .nan, .nan], [5, 5, 5], [.infinity, -.infinity, .nan],
      [-.greatestFiniteMagnitude, .greatestFiniteMagnitude, .leastNonzeroMagnitude],
    ]
    var signals = ColumnTable()
    for (rule, values) in zip(Self.comparisons, columns) { signals.set(rule.0, .float32(values)) }
    signals.set("char_count", .float32([1, 1, 1]))
    var survey = ThresholdSurvey(chain)
    try survey.add(signals)
    var summary = ThresholdsSummary(chain, survey: survey)
    try summary.add(
      .init(
        signals: signals, ids: ByteColumn(["a", "b", "c"]), bytes: [1, 2, .max],
        first: .init(file: 0, document: 0)))
    let record = summary.record { _ in "" }
    #expect(record.rules[0].edges == [3] && record.rules[0].undecided == 3)
    for rule in record.rules {
      #expect(rule.edges.contains(rule.threshold) && rule.edges.allSatisfy(\.isFinite))
    }
    #expect(record.judged.bytes == .max)
  }

  @Test("columns of different lengths are a fault")
  func lengths() throws {
    let chain = try chain()
    var summary = ThresholdsSummary(chain, survey: ThresholdSurvey(chain))
    var documents = documents(0..<5)
    documents.bytes.removeLast()
    #expect(throws: (any Error).self) { try summary.add(documents) }
  }
}
