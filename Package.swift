// swift-tools-version: 6.2
import PackageDescription

/// The hot loops are C: one body, several processor levels, chosen at run time.
let kernelSettings: [CSetting] = [
  .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off"])
]

let package = Package(
  name: "midstream",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "midstream", targets: ["midstream"]),
    .library(
      name: "Midstream",
      targets: [
        "Streams", "Runs", "Corpora", "Tokenization", "Curation", "TokenShards", "Mixtures",
        "LanguageModel", "Evaluation", "Training", "Reports",
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
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CICU", pkgConfig: "icu-i18n", providers: [.apt(["libicu-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CCLD2", linkerSettings: [.linkedLibrary("cld2")]),
    .target(
      name: "CSimdJSON", cxxSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("simdjson")]),

    // Ground floor: kernels, random numbers, and the files that the binary carries in itself.
    .target(name: "TextKernels", cSettings: kernelSettings),
    .target(name: "TensorKernels", cSettings: kernelSettings),
    .target(name: "EmbeddedFiles", cSettings: [.unsafeFlags(["-std=c23"])]),
    .target(name: "CounterRandom"),

    // The rooms.
    .target(name: "Streams", dependencies: ["CZstd", "CZlib", "CXXHash", "CCrypto", "CCurl"]),
    .target(
      name: "Runs",
      dependencies: [
        "Streams", .product(name: "Yams", package: "Yams"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "Corpora", dependencies: ["Runs", "Streams", "CSimdJSON", "EmbeddedFiles"]),
    .target(
      name: "Tokenization",
      dependencies: [
        "Streams", "TextKernels", "CXXHash",
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(
      name: "Curation",
      dependencies: [
        "Corpora", "Tokenization", "Runs", "Streams", "TextKernels", "EmbeddedFiles", "CLibXML2",
        "CICU", "CCLD2", "CXXHash",
      ]),
    .target(
      name: "TokenShards", dependencies: ["Corpora", "Tokenization", "Streams", "CZstd", "CXXHash"]),
    .target(name: "Mixtures", dependencies: ["TokenShards", "Streams", "CounterRandom"]),
    .target(
      name: "LanguageModel",
      dependencies: ["TensorKernels", "COpenBLAS", "Streams", "CounterRandom"]),
    .target(
      name: "Evaluation",
      dependencies: ["LanguageModel", "Tokenization", "TokenShards", "Runs", "Streams"]),
    .target(
      name: "Training",
      dependencies: [
        "LanguageModel", "Mixtures", "Evaluation", "TokenShards", "Runs", "Streams",
        "CounterRandom", "TensorKernels",
      ]),
    .target(name: "Reports", dependencies: ["Runs", "Streams"]),
    .target(
      name: "MidstreamCommands",
      dependencies: [
        "Streams", "Runs", "Corpora", "Tokenization", "Curation", "TokenShards", "Mixtures",
        "LanguageModel", "Evaluation", "Training", "Reports", "EmbeddedFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(name: "midstream", dependencies: ["MidstreamCommands"]),

    // Benchmarks.
    .executableTarget(
      name: "bench-tokenizer",
      dependencies: ["Tokenization", "TokenShards", "Mixtures", "Streams"],
      path: "tools/bench/tokenizer"),

    // Tests mirror Sources.
    .testTarget(name: "StreamsTests", dependencies: ["Streams"]),
    .testTarget(name: "CounterRandomTests", dependencies: ["CounterRandom"]),
    .testTarget(name: "TextKernelsTests", dependencies: ["TextKernels"]),
    .testTarget(name: "TensorKernelsTests", dependencies: ["TensorKernels"]),
    .testTarget(name: "RunsTests", dependencies: ["Runs", "Streams"]),
    .testTarget(name: "CorporaTests", dependencies: ["Corpora", "Runs", "Streams"]),
    .testTarget(name: "TokenizationTests", dependencies: ["Tokenization", "Streams"]),
    .testTarget(name: "CurationTests", dependencies: ["Curation", "Corpora", "Runs", "Streams"]),
    .testTarget(name: "TokenShardsTests", dependencies: ["TokenShards", "Tokenization", "Streams"]),
    .testTarget(
      name: "MixturesTests",
      dependencies: ["Mixtures", "TokenShards", "CounterRandom", "Streams"]),
    .testTarget(
      name: "LanguageModelTests", dependencies: ["LanguageModel", "CounterRandom", "Streams"]),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Evaluation", "LanguageModel", "TokenShards"]),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "LanguageModel", "Mixtures", "Streams"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Runs"]),
    .testTarget(name: "CommandTests", dependencies: ["MidstreamCommands", "Streams", "Runs"]),
    .testTarget(name: "ArchitectureTests"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)
