import Foundation
import Testing

/// Runs the built `midstream` as a user does.
struct Program {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The binary beside the test bundle.
  static let path: String = {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<4
    where !FileManager.default.isExecutableFile(atPath: folder.appending(path: "midstream").path) {
      folder.deleteLastPathComponent()
    }
    return folder.appending(path: "midstream").path
  }()

  /// The repository.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static func start(
    _ arguments: [String], environment: [String: String] = [:], in folder: String = root,
    input: String? = nil
  ) throws -> (process: Process, output: FileHandle, errors: FileHandle) {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let given = input.map { _ in Pipe() }
    process.standardInput = given ?? FileHandle.nullDevice
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    if let given, let input {
      // Short texts: they fit into the pipe.
      try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try given.fileHandleForWriting.close()
    }
    return (process, output.fileHandleForReading, errors.fileHandleForReading)
  }

  /// - Parameter input: what standard input holds; nothing without it.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: String = root,
    input: String? = nil
  ) throws -> Result {
    let (process, output, errors) = try start(
      arguments, environment: environment, in: folder, input: input)
    let collector = Collector(errors)
    let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: text, errors: collector.text())
  }

  /// Reads one pipe on a thread of its own, so that neither pipe can fill up.
  private final class Collector: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private var data = Data()

    init(_ handle: FileHandle) {
      DispatchQueue.global().async { [self] in
        data = handle.readDataToEndOfFile()
        done.signal()
      }
    }

    func text() -> String {
      done.wait()
      return String(decoding: data, as: UTF8.self)
    }
  }
}
