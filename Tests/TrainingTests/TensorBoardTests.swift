import CounterRandom
import Foundation
import LanguageModel
import Streams
import TestFolders
import Testing

@testable import Training

@Suite struct TensorBoardTests {
  @Test("CRC-32C has the values of RFC 3720")
  func checksums() {
    let iscsiRead: [UInt8] = [
      0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0,
      0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
    ]
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum((0..<32).reversed().map { UInt8($0) }) == 0x113F_DB5C)
    #expect(CRC32C.checksum(iscsiRead) == 0xD996_3A56)
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
  }

  /// A Python that has TensorBoard, from MIDSTREAM_TENSORBOARD_PYTHON or the path.
  private static func findPython() -> String? {
    let environment = ProcessInfo.processInfo.environment
    let candidate = environment["MIDSTREAM_TENSORBOARD_PYTHON"] ?? "python3"
    let script = "import importlib.util as u; print(u.find_spec('tensorboard') is not None)"
    return run(candidate, [script]) == "True\n" ? candidate : nil
  }

  private static func run(_ python: String, _ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c"] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static let script = """
    import json, sys
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0})
    events.Reload()
    print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)]
      for tag in events.Tags()['scalars']}))
    """

  @Test(
    "TensorBoard reads each step once, with the values of the metrics, after an interruption too")
  func accumulator() throws {
    guard let python = Self.findPython() else {
      return print("skipped: no Python with tensorboard")
    }
    let folder = try TemporaryFolder()
    let stage = SmallTraining.stage(steps: 12)
    var calls = 0
    let evaluation = InLoopEvaluation(documents: try SmallTraining.documents(), every: 5)
    for isWhole in [false, true] {
      _ = try Trainer(try SmallTraining.model(), stage: stage, workers: 1).run(
        folder: folder.path, source: SmallTraining.source, evaluation: evaluation,
        shouldStop: {
          calls += 1
          return !isWhole && calls == 8
        })
    }
    let output = try #require(Self.run(python, [Self.script, folder.path]))
    let scalars = try JSONDecoder().decode([String: [[Double]]].self, from: Data(output.utf8))
    let steps = try MetricsFile.read(
      StepMetrics.self, from: folder.path + "/" + MetricsFile.steps
    ).lines
    #expect(steps.count == 12)
    func expect(_ tag: String, _ values: [(Int, Double)]) {
      let found = scalars[tag] ?? []
      #expect(found.map { Int($0[0]) } == values.map(\.0), "\(tag)")
      for (found, value) in zip(found, values) { #expect(Float(found[1]) == Float(value.1)) }
    }
    expect("train/loss", steps.map { ($0.step, $0.loss) })
    expect("train/learning_rate", steps.map { ($0.step, $0.learningRate) })
    expect("train/gradient_norm", steps.map { ($0.step, $0.gradientNorm) })
    expect("train/tokens_per_second", steps.map { ($0.step, $0.tokensPerSecond) })
    expect("train/mfu", steps.map { ($0.step, $0.shareOfMatrixProductRate) })
    for (index, name) in ["up", "down"].enumerated() {
      expect(
        "loss/\(name)",
        steps.compactMap { step in
          step.domains.first { $0.domain == index }.map { (step.step, $0.loss) }
        })
    }
    let points = try MetricsFile.read(
      EvaluationPoint.self, from: folder.path + "/" + MetricsFile.evaluations
    ).lines
    #expect(points.map(\.step) == [0, 5, 10, 12])
    expect("bits_per_byte/up", points.compactMap { p in p["up"].map { (p.step, $0) } })
  }
}
