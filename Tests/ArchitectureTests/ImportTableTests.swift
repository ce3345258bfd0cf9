import Foundation
import Testing

/// The import table of the design: who may import whom. The C libraries and kernels are the ground.
@Suite struct ImportTableTests {
  static let allowed: [String: Set<String>] = [
    "CounterRandom": [],
    "Streams": [
      "CZstd", "CZlib", "CDeflate", "CSnappy", "CBrotli", "CXXHash", "CCrypto", "CCurl",
      "TextKernels",
    ],
    "Runs": ["Streams", "Yams", "Logging"],
    "Corpora": ["Runs", "Streams", "TextKernels", "CSimdJSON", "EmbeddedFiles"],
    "Tokenization": ["Streams", "TextKernels", "CXXHash", "HeapModule"],
    "Curation": [
      "Corpora", "Tokenization", "Runs", "Streams", "TextKernels", "EmbeddedFiles",
      "CICU", "CCLD2", "CXXHash", "CounterRandom",
    ],
    "TokenShards": ["Corpora", "Tokenization", "Streams", "CZstd", "CXXHash"],
    "Mixtures": ["TokenShards", "Streams", "CounterRandom"],
    "LanguageModel": ["TensorKernels", "COpenBLAS", "Streams", "CounterRandom"],
    "Evaluation": [
      "LanguageModel", "Tokenization", "TokenShards", "Runs", "Streams", "CounterRandom",
    ],
    "Training": [
      "LanguageModel", "Mixtures", "Evaluation", "TokenShards", "Runs", "Streams",
      "CounterRandom", "TensorKernels",
    ],
    "Ablations": [
      "Training", "Mixtures", "Evaluation", "LanguageModel", "TokenShards", "Corpora", "Runs",
      "Streams", "CounterRandom",
    ],
    "Reports": ["Runs", "Streams"],
  ]
  /// Part of the toolchain.
  static let system: Set<String> = [
    "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization",
  ]

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("no room imports what the table forbids", arguments: allowed.keys.sorted())
  func importsPointDown(target: String) throws {
    let permitted = try #require(Self.allowed[target]).union(Self.system)
    for (file, imports) in try imports(of: target) {
      for name in imports where !permitted.contains(name) {
        Issue.record("\(file) imports \(name), which the table does not allow for \(target)")
      }
    }
  }

  @Test("the package declares no dependency that the table forbids")
  func declaredDependencies() throws {
    let manifest = try String(
      contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
    for (target, permitted) in Self.allowed {
      let declared = try #require(declaredDependencies(of: target, in: manifest), "\(target)")
      #expect(declared.subtracting(permitted) == [], "of \(target)")
    }
  }

  @Test("each Swift target is in the table")
  func tableIsComplete() throws {
    let sources = Self.root.appending(path: "Sources")
    let composers: Set<String> = ["MidstreamCommands", "midstream"]
    for folder in try FileManager.default.contentsOfDirectory(atPath: sources.path) {
      guard try !imports(of: folder).isEmpty else { continue }
      #expect(Self.allowed[folder] != nil || composers.contains(folder), "\(folder)")
    }
  }

  /// The modules that each Swift file of a target imports.
  func imports(of target: String) throws -> [(file: String, imports: [String])] {
    let folder = Self.root.appending(path: "Sources/\(target)")
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return try (files ?? []).filter { $0.hasSuffix(".swift") }.sorted().map { file in
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      let lines = text.split(separator: "\n").map(String.init)
      let names = lines.compactMap { line -> String? in
        var words = line.split(separator: " ")[...]
        while let word = words.first, word.hasPrefix("@") || word == "package" || word == "public" {
          words = words.dropFirst()
        }
        guard words.first == "import", let module = words.last else { return nil }
        return module.split(separator: ".").first.map(String.init)
      }
      return ("\(target)/\(file)", names)
    }
  }

  private func declaredDependencies(of target: String, in manifest: String) -> Set<String>? {
    guard
      let start = manifest.range(of: "name: \"\(target)\"", options: [], range: targets(manifest))
    else { return nil }
    let rest = manifest[start.upperBound...]
    let end =
      ["  .target(", "  .testTarget(", "  .systemLibrary(", "  .executableTarget("]
      .compactMap { rest.range(of: $0)?.lowerBound }.min() ?? rest.endIndex
    let pattern = /"([A-Za-z0-9]+)"/
    let named = rest[..<end].matches(of: pattern).map { String($0.output.1) }
    return Set(named).subtracting(["swift"])
  }

  private func targets(_ manifest: String) -> Range<String.Index>? {
    manifest.range(of: "  targets: [\n    //").map { $0.lowerBound..<manifest.endIndex }
  }
}
