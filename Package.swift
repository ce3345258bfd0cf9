// swift-tools-version: 6.2
import PackageDescription

/// The hot loops are C: one body, several processor levels, chosen at run time.
let kernelSettings: [CSetting] = [
  .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off"])
]

let package = Package(
  name: "midstream",
  products: [
    .executable(name: "midstream", targets: ["midstream"]),
    .library(
      name: "Midstream",
      targets: [
        "Streams", "Runs", "Corpora", "Tokenization", "Curation", "TokenShards", "Mixtures",
        "LanguageModel", "Evaluation", "Training", "Ablations", "Reports",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Ground floor: names of C libraries for Swift.
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(
      name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CDivSufSort", providers: [.apt(["libdivsufsort-dev"])]),
    .target(name: "CICU", linkerSettings: [.linkedLibrary("icuuc")]),
    .target(name: "CCLD2", linkerSettings: [.linkedLibrary("cld2")]),
    .target(
      name: "CSimdJSON", cxxSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("simdjson")]),

    // Ground floor: kernels, random numbers, and the files that the binary carries in itself.
    .target(name: "KernelLevel"),
    .target(name: "TextKernels", dependencies: ["KernelLevel"], cSettings: kernelSettings),
    .target(name: "TensorKernels", dependencies: ["KernelLevel"], cSettings: kernelSettings),
    .target(name: "EmbeddedFiles", cSettings: [.unsafeFlags(["-std=c23"])]),
    .target(name: "CounterRandom"),

    // The rooms.
    .target(
      name: "Streams",
      dependencies: [
        "CZstd", "CZlib", "CDeflate", "CSnappy", "CBrotli", "CXXHash", "CCrypto", "CCurl",
        "TextKernels",
      ]),
    .target(
      name: "Runs",
      dependencies: [
        "Streams", .product(name: "Yams", package: "Yams"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Corpora",
      dependencies: ["Runs", "Streams", "TextKernels", "CSimdJSON", "EmbeddedFiles"]),
    .target(
      name: "Tokenization",
      dependencies: [
        "Streams", "TextKernels", "CXXHash",
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(
      name: "Curation",
      dependencies: [
        "Corpora", "Tokenization", "Runs", "Streams", "TextKernels", "EmbeddedFiles", "CICU",
        "CCLD2", "CXXHash", "CounterRandom",
      ]),
    .target(
      name: "TokenShards", dependencies: ["Corpora", "Tokenization", "Streams", "CZstd", "CXXHash"]),
    .target(name: "Mixtures", dependencies: ["TokenShards", "Streams", "CounterRandom"]),
    .target(
      name: "LanguageModel",
      dependencies: ["TensorKernels", "COpenBLAS", "Streams", "CounterRandom"]),
    .target(
      name: "Evaluation",
      dependencies: [
        "LanguageModel", "Tokenization", "TokenShards", "Runs", "Streams", "CounterRandom",
      ]),
    .target(
      name: "Training",
      dependencies: [
        "LanguageModel", "Mixtures", "Evaluation", "TokenShards", "Runs", "Streams",
        "CounterRandom", "TensorKernels",
      ]),
    .target(
      name: "Ablations",
      dependencies: [
        "Training", "Mixtures", "Evaluation", "LanguageModel", "TokenShards", "Corpora", "Runs",
        "Streams", "CounterRandom",
      ]),
    .target(name: "Reports", dependencies: ["Runs", "Streams"]),
    .target(
      name: "MidstreamCommands",
      dependencies: [
        "Streams", "Runs", "Corpora", "Tokenization", "Curation", "TokenShards", "Mixtures",
        "LanguageModel", "Evaluation", "Training", "Ablations", "Reports", "EmbeddedFiles",
        "CounterRandom",
        "KernelLevel", "TensorKernels", "COpenBLAS", "CICU", "CXXHash", "CZstd", "CMalloc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(name: "midstream", dependencies: ["MidstreamCommands"]),

    // Benchmarks: each prints one line a figure, `--json` for machines.
    .executableTarget(
      name: "bench-decontamination", dependencies: ["Curation", "Corpora", "Streams"],
      path: "tools/bench/decontamination"),
    .executableTarget(
      name: "bench-dedup",
      dependencies: ["CounterRandom", "Curation", "Corpora", "Runs", "Streams"],
      path: "tools/bench/dedup"),
    .executableTarget(
      name: "bench-extraction", dependencies: ["Curation", "Corpora", "Streams"],
      path: "tools/bench/extraction"),
    .executableTarget(
      name: "bench-filters", dependencies: ["Curation", "Corpora", "Runs", "Streams"],
      path: "tools/bench/filters",
      exclude: [
        "compare_packs.py", "compare_verdicts.py", "pack_rules.py", "peer_dolma.py",
        "make_golden_packs.py", "peer_verdicts.py", "reference_dclm.py", "reference_redpajama.py",
      ]),
    .executableTarget(
      name: "bench-parquet", dependencies: ["Corpora", "Runs", "Streams"],
      path: "tools/bench/parquet", exclude: ["peers.py"]),
    .executableTarget(
      name: "bench-pii", dependencies: ["Curation", "Corpora", "Streams"], path: "tools/bench/pii",
      exclude: ["compare.py"]),
    .executableTarget(
      name: "bench-reading", dependencies: ["Corpora", "Streams", "CZstd"],
      path: "tools/bench/reading"),
    .executableTarget(
      name: "bench-substrings",
      dependencies: [
        "Curation", "Corpora", "Tokenization", "Runs", "Streams", "CDivSufSort", "CounterRandom",
      ],
      path: "tools/bench/substrings"),
    .executableTarget(
      name: "bench-swarm",
      dependencies: ["Training", "LanguageModel", "Streams", "CounterRandom"],
      path: "tools/bench/swarm"),
    .executableTarget(
      name: "bench-tables", dependencies: ["Corpora", "Streams"], path: "tools/bench/tables",
      exclude: ["make_tables.py", "peers.py"]),
    .executableTarget(
      name: "bench-tokenizer",
      dependencies: ["Tokenization", "TokenShards", "Mixtures", "Streams"],
      path: "tools/bench/tokenizer"),
    .executableTarget(
      name: "bench-trainer",
      dependencies: ["Training", "LanguageModel", "Streams", "CounterRandom"],
      path: "tools/bench/trainer"),
    .executableTarget(
      name: "bench-web-archives", dependencies: ["Corpora", "Streams"],
      path: "tools/bench/web-archives", exclude: ["compare.py"]),

    // Tests mirror Sources.
    .target(name: "TestFolders", path: "Tests/TestFolders"),
    .testTarget(name: "StreamsTests", dependencies: ["TestFolders", "Streams", "CZlib"]),
    .testTarget(name: "CounterRandomTests", dependencies: ["CounterRandom"]),
    .testTarget(name: "TextKernelsTests", dependencies: ["TextKernels"]),
    .testTarget(name: "TensorKernelsTests", dependencies: ["TensorKernels", "KernelLevel"]),
    .testTarget(name: "RunsTests", dependencies: ["TestFolders", "Runs", "Streams"]),
    .testTarget(
      name: "CorporaTests", dependencies: ["TestFolders", "Corpora", "Runs", "Streams", "CZlib"]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["TestFolders", "Tokenization", "Streams"]),
    .testTarget(
      name: "CurationTests",
      dependencies: [
        "TestFolders", "Curation", "Corpora", "CounterRandom", "EmbeddedFiles", "Runs", "Streams",
        "TextKernels", "Tokenization", "CDivSufSort",
      ]),
    .testTarget(
      name: "TokenShardsTests",
      dependencies: ["TestFolders", "TokenShards", "Tokenization", "Streams"]),
    .testTarget(
      name: "MixturesTests",
      dependencies: ["TestFolders", "Mixtures", "TokenShards", "CounterRandom", "Streams"]),
    .testTarget(
      name: "LanguageModelTests",
      dependencies: ["TestFolders", "LanguageModel", "CounterRandom", "Streams"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "TestFolders", "Evaluation", "LanguageModel", "TokenShards", "Tokenization", "Streams",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "TestFolders", "Training", "LanguageModel", "Mixtures", "Evaluation", "Streams",
        "CounterRandom",
      ]),
    .testTarget(
      name: "AblationsTests",
      dependencies: [
        "TestFolders", "Ablations", "Training", "Mixtures", "Evaluation", "LanguageModel",
        "TokenShards", "Tokenization", "Runs", "Streams", "CounterRandom",
      ]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Runs"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["TestFolders", "midstream", "Streams", "Runs", "Corpora", "CounterRandom"]),
    .testTarget(name: "ArchitectureTests"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)
