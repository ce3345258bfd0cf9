import Foundation

/// A Python whose packages a room is compared with.
package enum PeerPython {
  /// The interpreter from MIDSTREAM_TEST_PYTHON or the path that has these modules; nil where there
  /// is none.
  package static func find(_ modules: String...) -> String? {
    let candidate = ProcessInfo.processInfo.environment["MIDSTREAM_TEST_PYTHON"] ?? "python3"
    let names = modules.map { "'\($0)'" }.joined(separator: ",")
    let script =
      "import importlib.util as u; print(all(u.find_spec(m) for m in [\(names)]), end='')"
    return run(candidate, script) == "True" ? candidate : nil
  }

  /// What a script prints; nil where it fails.
  package static func run(_ python: String, _ script: String, _ arguments: [String] = []) -> String?
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
