import Foundation

/// A Python that has other people's Parquet: from MIDSTREAM_TEST_PYTHON, or the path's.
enum PeerPython {
  static let modules = ["pyarrow", "polars", "duckdb"]

  /// Nil, with a line printed, where it is absent.
  static func find() -> String? {
    let candidate = ProcessInfo.processInfo.environment["MIDSTREAM_TEST_PYTHON"] ?? "python3"
    let list = modules.map { "'\($0)'" }.joined(separator: ", ")
    let script =
      "import importlib.util as u; print(all(u.find_spec(m) for m in (\(list))))"
    if (try? run(candidate, script)) == "True\n" { return candidate }
    print("skipped: there is no Python with \(modules.joined(separator: ", "))")
    return nil
  }

  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  /// What a script prints.
  static func run(_ python: String, _ script: String, _ arguments: [String] = []) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(description: "python ended with \(process.terminationStatus)")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
