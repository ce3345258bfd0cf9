import Reports
import Runs

/// The records of a small made-up run. Each number in them is another one, so that a page that shows
/// it cannot show it by chance.
enum SmallRun {
  static var run: RunRecord {
    var run = RunRecord(
      name: "small-run", recipe: "recipes/small.yaml", recipeDigest: "0123456789abcdef",
      overrides: ["size=tiny", "mixture.note=two words"], version: "0.1.0", seed: 4711,
      machine: MachineRecord(
        processor: "Example Processor 9000", cores: 6, memoryBytes: 24_700_000_000,
        kernels: "avx2", blas: "OpenBLAS 0.3.21 (Zen)", system: "Debian 12"),
      started: 1_770_127_500)
    run.finished = 1_770_127_500 + 754
    run.stages = [
      StageRecord(name: "curate", seconds: 41.2, work: 3_210_000, unit: "B"),
      StageRecord(name: "train", seconds: 612, work: 1_550_001, unit: "tokens"),
    ]
    return run
  }

  static let curation = CurationRecord(
    funnel: [
      FunnelStep(name: "raw", documents: 12_345, bytes: 98_765_432),
      FunnelStep(name: "extracted", documents: 11_022, bytes: 44_556_677, tokens: 11_223_344),
      FunnelStep(name: "deduplicated", documents: 7_351, bytes: 29_876_543, tokens: 7_654_321),
    ],
    rules: [
      RuleRemovals(
        stage: "gopher-quality", rule: "word_count < 50", documents: 2_718, bytes: 1_414_213,
        alone: 1_618,
        examples: [
          RemovalExample(
            id: "manual/index.html#3", evidence: "word_count 12 (rule: word_count < 50)",
            excerpt: "Next, Previous, Up & Contents"),
          RemovalExample(id: "manual/b.html", evidence: "word_count 31", excerpt: "Second"),
          RemovalExample(id: "manual/c.html", evidence: "word_count 49", excerpt: "Third"),
        ]),
      RuleRemovals(
        stage: "near-duplicates", rule: "similarity at least 0.8", documents: 953, bytes: 577_215,
        alone: 908, examples: []),
      RuleRemovals(
        stage: "c4", rule: "lorem ipsum", documents: 0, bytes: 0, alone: 0, examples: []),
    ],
    duplicates: DuplicateSummary(
      exactRemoved: 321, nearRemoved: 654, evaluationOverlapRemoved: 17,
      sizes: [
        ClusterSizeCount(size: 2, clusters: 211), ClusterSizeCount(size: 3, clusters: 83),
        ClusterSizeCount(size: 37, clusters: 5),
      ],
      largest: [
        DuplicateCluster(
          kept: "licences/mit.txt", keptExcerpt: "the software is provided as is",
          removedCount: 36,
          members: [
            ClusterMember(
              id: "licences/expat.txt", similarity: 0.876, excerpt: "the software is given as is")
          ])
      ]),
    domains: [
      DomainComposition(
        domain: "code", documentsBefore: 4_001, bytesBefore: 16_000_000, documentsAfter: 3_002,
        bytesAfter: 12_500_000, tokensAfter: 3_456_789, qualityBefore: 0.411, qualityAfter: 0.522),
      DomainComposition(
        domain: "web", documentsBefore: 7_021, bytesBefore: 28_556_677, documentsAfter: 4_349,
        bytesAfter: 17_376_543, tokensAfter: 4_197_532, qualityBefore: 0.233, qualityAfter: 0.344),
    ],
    problems: [
      ProblemCount(kind: "binary file", count: 29, places: ["a/logo.png", "b/data.bin, offset 7"])
    ])

  static let thresholds = ThresholdsRecord(
    judged: DocumentVolume(documents: 11_021, bytes: 44_556_601, tokens: 11_223_301),
    kept: DocumentVolume(documents: 8_303, bytes: 33_444_555, tokens: 8_423_111),
    rules: [
      ThresholdRule(
        pack: "gopher-quality", rule: "gopher_short_doc", signal: "word_count", unit: "words",
        comparison: "<", threshold: 50,
        failing: DocumentVolume(documents: 2_718, bytes: 1_414_213, tokens: 353_553),
        alone: DocumentVolume(documents: 1_618, bytes: 828_427, tokens: 207_106), undecided: 0,
        edges: [10, 40, 50, 60, 1_200],
        free: ThresholdBins(
          documents: [7, 1_500, 111, 123, 8_100, 80], bytes: [70, 768_201, 60_156, 70_011, 1, 2],
          tokens: [14, 192_053, 15_039, 17_502, 3, 4]),
        bound: ThresholdBins(
          documents: [1_000, 90, 10, 0, 0, 0], bytes: [500_000, 80_000, 5_786, 0, 0, 0],
          tokens: [125_000, 20_000, 1_447, 0, 0, 0]),
        samples: [
          ThresholdSample(id: "manual/a.html", value: 49, bin: 2, excerpt: "Nearly <enough>"),
          ThresholdSample(id: "manual/d.html", value: 50, bin: 3, excerpt: "Just enough"),
        ]),
      ThresholdRule(
        pack: "gopher-repetition", rule: "dup_line_frac", signal: "dup_line_frac",
        unit: "share of lines", comparison: ">", threshold: 0.3,
        failing: DocumentVolume(documents: 22, bytes: 2_200, tokens: 1_100),
        alone: DocumentVolume(documents: 21, bytes: 2_100, tokens: 1_050), undecided: 13,
        edges: [0, 0.25, 0.3],
        free: ThresholdBins(
          documents: [0, 8_290, 12, 21], bytes: [0, 33_443_355, 1_200, 2_100],
          tokens: [0, 8_422_511, 600, 1_050]),
        bound: ThresholdBins(
          documents: [0, 0, 0, 1], bytes: [0, 0, 0, 100], tokens: [0, 0, 0, 50]), samples: []),
    ])

  static let shards = ShardsRecord(
    vocabularySize: 32_768, bytesPerToken: 3.817,
    sets: [
      ShardSetRecord(
        stream: "curated", domain: "code", files: 2, documents: 3_002, tokens: 3_456_789,
        textBytes: 12_500_000, diskBytes: 4_810_000),
      ShardSetRecord(
        stream: "evaluation", domain: "web", files: 1, documents: 143, tokens: 0, textBytes: 0,
        diskBytes: 612),
    ])

  static let training = [
    TrainingRecord(
      stage: "base", from: "initial", parameters: 10_485_761, steps: 301, tokens: 1_230_001,
      seconds: 501.5, tokensPerSecond: 2452.6, shareOfPeak: 0.617,
      curve: [
        TrainingPoint(tokens: 4_096, loss: 9.0123, learningRate: 0.0001, gradientNorm: 2.345),
        TrainingPoint(tokens: 600_001, loss: 5.6789, learningRate: 0.001, gradientNorm: 1.234),
        TrainingPoint(tokens: 1_230_001, loss: 4.3210, learningRate: 0.00025, gradientNorm: 0.987),
      ],
      mixture: [
        MixtureRow(
          domain: "code", plannedShare: 0.4, realisedShare: 0.402, tokens: 494_461, epochs: 0.14),
        MixtureRow(
          domain: "web", plannedShare: 0.6, realisedShare: 0.598, tokens: 735_540, epochs: 0.18),
      ], mixtureBound: 0.875),
    TrainingRecord(
      stage: "continued", from: "base", parameters: 10_485_761, steps: 78, tokens: 320_002,
      seconds: 131.2, tokensPerSecond: 2439.1, shareOfPeak: 0.603,
      curve: [
        TrainingPoint(tokens: 4_100, loss: 4.4321, learningRate: 0.0004, gradientNorm: 1.111),
        TrainingPoint(tokens: 320_002, loss: 3.9876, learningRate: 0.00004, gradientNorm: 0.777),
      ],
      mixture: [
        MixtureRow(
          domain: "code", plannedShare: 0.71, realisedShare: 0.709, tokens: 226_881, epochs: 0.07),
        MixtureRow(
          domain: "web", plannedShare: 0.29, realisedShare: 0.291, tokens: 93_121, epochs: 0.02),
      ], mixtureBound: 0.625),
  ]

  static let evaluation = EvaluationRecord(
    models: ["base", "continued"],
    domains: [
      DomainEvaluation(
        domain: "code", documents: 61, bytes: 250_123,
        scores: [
          ModelBitsPerByte(bitsPerByte: 1.2345, byShard: [1.2011, 1.2679], spread: 0.0472),
          ModelBitsPerByte(bitsPerByte: 1.1234, byShard: [1.0955, 1.1513], spread: 0.0395),
        ], change: PairedChange(mean: -0.1111, low: -0.1302, high: -0.0921)),
      DomainEvaluation(
        domain: "manuals", documents: 23, bytes: 99_001,
        scores: [
          ModelBitsPerByte(bitsPerByte: 1.3457, byShard: [1.3001], spread: 0),
          ModelBitsPerByte(bitsPerByte: 1.3468, byShard: [1.3112], spread: 0),
        ], change: PairedChange(mean: 0.0011, low: -0.0102, high: 0.0124)),
      DomainEvaluation(
        domain: "web", documents: 82, bytes: 310_456,
        scores: [
          ModelBitsPerByte(bitsPerByte: 1.5678, byShard: [1.5222, 1.6134], spread: 0.0645),
          ModelBitsPerByte(bitsPerByte: 1.5991, byShard: [1.5566, 1.6416], spread: 0.0601),
        ], change: PairedChange(mean: 0.0313, low: 0.0214, high: 0.0412)),
    ])

  static func report(
    run: RunRecord? = SmallRun.run, curation: CurationRecord? = SmallRun.curation,
    thresholds: ThresholdsRecord? = SmallRun.thresholds, shards: ShardsRecord? = SmallRun.shards,
    training: [TrainingRecord] = SmallRun.training,
    evaluation: EvaluationRecord? = SmallRun.evaluation, studies: [StudyRecord] = []
  ) -> RunReport {
    RunReport(
      folder: "runs/small-run", run: run, curation: curation, thresholds: thresholds,
      shards: shards, training: training,
      evaluation: evaluation, studies: studies)
  }
}
