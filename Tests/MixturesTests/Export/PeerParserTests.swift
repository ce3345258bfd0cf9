import Foundation
import Mixtures
import TestFolders
import Testing

/// The other trainers' own readers, where their Python packages are installed.
@Suite struct PeerParserTests {
  /// Runs a script over a file; nil where the interpreter or a package is missing.
  private func python(_ script: String, _ format: MixtureFormat) throws -> [String: Double]? {
    let mixture = try ExportedMixture(
      name: "mixture",
      domains: ["general", "math", "code"].map {
        .init(name: $0, path: "data/\($0)", mostEpochs: 4)
      }, weights: [0.5, 0.3, 0.1], origin: "a test", seed: 1)
    let folder = try TemporaryFolder()
    let file = try folder.file("mixture", try format.text(mixture))
    let guarded = """
      import json, sys
      try:
      \(script.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
      except ImportError as error:
          print("skipped:", error)
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-W", "ignore", "-c", guarded, file]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus == 127 {
      print("skipped \(format.rawValue): python3 is not installed")
      return nil
    }
    let last = String(decoding: text, as: UTF8.self).split(separator: "\n").last.map(String.init)
    if let last, last.hasPrefix("skipped") {
      print("skipped \(format.rawValue): \(last.dropFirst(9))")
      return nil
    }
    #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    return try JSONDecoder().decode([String: Double].self, from: Data((last ?? "").utf8))
  }

  private func check(_ found: [String: Double]?) {
    guard let found else { return }
    #expect(found.count == 3)
    for (path, share) in [
      ("data/general", 5.0 / 9), ("data/math", 3.0 / 9), ("data/code", 1.0 / 9),
    ] {
      #expect(abs((found[path] ?? 0) - share) < 1e-8)
    }
  }

  @Test("Megatron's own reader finds the weights and prefixes")
  func megatron() throws {
    check(
      try python(
        """
        from megatron.core.datasets.utils import get_blend_from_list
        prefixes, weights = get_blend_from_list(open(sys.argv[1]).read().split())
        print(json.dumps(dict(zip(prefixes, weights))))
        """, .megatron))
  }

  @Test("OLMo-core's own reader takes the list of sources and finds the ratios valid")
  func olmoCore() throws {
    check(
      try python(
        """
        from olmo_core.data.source_mixture import SourceMixtureList
        sources = SourceMixtureList.from_yaml(sys.argv[1])
        sources.validate()
        for source in sources.sources: source.validate()
        assert all(source.max_repetition_ratio == 4 for source in sources.sources)
        print(json.dumps({source.paths[0]: source.target_ratio for source in sources.sources}))
        """, .olmoCore))
  }

  @Test("MosaicML Streaming's Stream takes the arguments, with proportions throughout")
  func mosaicml() throws {
    check(
      try python(
        """
        import yaml
        from streaming.base.stream import Stream
        settings = yaml.safe_load(open(sys.argv[1]))["streams"]
        streams = [Stream(**values) for values in settings.values()]
        assert Stream.validate_weights(streams) == (True, False)
        print(json.dumps({stream.local: stream.proportion for stream in streams}))
        """, .mosaicml))
  }

  @Test("nanotron's data stages are YAML with the fields that its settings have")
  func nanotron() throws {
    check(
      try python(
        """
        import yaml
        stages = yaml.safe_load(open(sys.argv[1]))["data_stages"]
        assert [stage["start_training_step"] for stage in stages] == [1]
        assert set(stages[0]) == {"name", "start_training_step", "data"}
        assert set(stages[0]["data"]) == {"dataset", "num_loading_workers", "seed"}
        data = stages[0]["data"]["dataset"]
        assert all(isinstance(weight, float) for weight in data["dataset_weights"])
        print(json.dumps(dict(zip(data["dataset_folder"], data["dataset_weights"]))))
        """, .nanotron))
  }
}
