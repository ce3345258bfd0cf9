import Foundation
import Glibc
import Streams

/// A file with a JSON object a line, in snake case: `metrics.jsonl` and `evaluations.jsonl` of a
/// stage. Lines are appended as they come about.
public enum MetricsFile {
  public static let steps = "metrics.jsonl"
  public static let evaluations = "evaluations.jsonl"

  /// All lines that can be read, and the numbers (from 1) of those that cannot.
  public static func read<Line: Decodable>(_ type: Line.Type, from path: String) throws
    -> (lines: [Line], damaged: [Int])
  {
    guard Folder.isFile(path) else { return ([], []) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var lines: [Line] = []
    var damaged: [Int] = []
    for (index, line) in try InputFile.bytes(path).split(separator: UInt8(ascii: "\n")).enumerated()
    {
      if let value = try? decoder.decode(type, from: Data(line)) {
        lines.append(value)
      } else {
        damaged.append(index + 1)
      }
    }
    return (lines, damaged)
  }
}

/// Appends to a `MetricsFile`.
final class MetricsLog<Line: Codable> {
  /// What was in the file and stays.
  let kept: [Line]
  /// Lines of the file that could not be read and are gone.
  let damaged: [Int]
  private let path: String
  private let descriptor: Int32
  private let encoder = JSONEncoder()

  /// Opens the log to go on behind the lines that `keeps` accepts: lines of later steps, which an
  /// interrupted run left and this run repeats, go.
  init(_ path: String, keeps: (Line) -> Bool) throws {
    self.path = path
    try Folder.create(Folder.parent(of: path))
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let (lines, damaged) = try MetricsFile.read(Line.self, from: path)
    kept = lines.filter(keeps)
    self.damaged = damaged
    var bytes: [UInt8] = []
    for line in kept { bytes += Array(try encoder.encode(line)) + [UInt8(ascii: "\n")] }
    try OutputFile.write(bytes, to: path)
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("write", path) }
  }

  deinit { close(descriptor) }

  func append(_ value: Line) throws {
    var line = Array(try encoder.encode(value))
    line.append(UInt8(ascii: "\n"))
    try AppendedFile.write(line, to: descriptor, path: path)
  }

  /// Waits until all lines are on disk.
  func sync() throws {
    guard fsync(descriptor) == 0 else { throw Fault.system("write", path) }
  }
}

enum AppendedFile {
  /// Writes all bytes at the end of an open file.
  static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        bytes.baseAddress.map { Glibc.write(descriptor, $0 + done, bytes.count - done) } ?? 0
      }
      guard count > 0 || errno == EINTR else { throw Fault.system("write", path) }
      done += max(count, 0)
    }
  }
}
