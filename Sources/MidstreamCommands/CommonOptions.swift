import ArgumentParser
import Foundation
import Glibc
import Runs
import Streams

/// The flags that every command understands.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON on standard output.")
  var json = false

  @Flag(help: "Print no progress.")
  var quiet = false

  @Option(help: ArgumentHelp("Threads to use.", valueName: "n"))
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("'--threads \(threads)' is not a number from 1 to 1024")
    }
  }

  var progress: ProgressLine { ProgressLine(quiet: quiet) }
}

/// Standard output.
enum Output {
  /// Columns of the terminal; 100 where there is none.
  static var width: Int {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      ? Int(size.ws_col) : 100
  }

  /// Whether colours help: a terminal that wants them.
  static var isColoured: Bool {
    let refusal = ProcessInfo.processInfo.environment["NO_COLOR", default: ""]
    return isatty(STDOUT_FILENO) == 1 && refusal.isEmpty
  }

  static func print(_ text: String) throws {
    try write(Array((text + "\n").utf8))
  }

  static func json(_ value: some Encodable) throws { try write(RecordFile.encode(value)) }

  /// Writes everything; a closed pipe is a fault that ends the program quietly.
  static func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Fault.system("write", "standard output")
      }
      rest = rest.dropFirst(count)
    }
  }
}
