import Foundation
import Glibc
import Streams

/// What one step of training measured.
public struct StepMetrics: Sendable, Equatable, Codable {
  /// The loss of the sequences of one domain in this step.
  public struct Domain: Sendable, Equatable, Codable {
    /// The index that the batch source gave.
    public var domain: Int
    public var sequences: Int
    /// Nats per token.
    public var loss: Double
  }

  /// Steps done, this one included.
  public var step: Int
  /// Tokens learned from in this stage so far.
  public var tokens: Int
  /// Nats per token, mean over the batch, before the update.
  public var loss: Double
  /// Global norm before clipping.
  public var gradientNorm: Double
  public var learningRate: Double
  public var tokensPerSecond: Double
  /// Model operations (6 for each parameter in a product and token, and attention) over what
  /// matrix products alone reach on this machine.
  public var shareOfMatrixProductRate: Double
  public var domains: [Domain]
}

/// `metrics.jsonl`: a line for each step, appended as steps end.
final class MetricsLog {
  private let path: String
  private let descriptor: Int32
  private let encoder = JSONEncoder()

  /// Opens the log to go on after `step` steps: lines of later steps, which an interrupted run left
  /// and this run repeats, go.
  init(_ path: String, after step: Int) throws {
    self.path = path
    try Folder.create(Folder.parent(of: path))
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    var kept: [UInt8] = []
    if step > 0, Folder.isFile(path) {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      for line in try InputFile.bytes(path).split(separator: UInt8(ascii: "\n")) {
        let metrics = try? decoder.decode(StepMetrics.self, from: Data(line))
        if let metrics, metrics.step <= step { kept += line + [UInt8(ascii: "\n")] }
      }
    }
    try OutputFile.write(kept, to: path)
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("write", path) }
  }

  deinit { close(descriptor) }

  func append(_ metrics: StepMetrics) throws {
    var line = try encoder.encode(metrics)
    line.append(UInt8(ascii: "\n"))
    var done = 0
    while done < line.count {
      let count = line.withUnsafeBytes { bytes in
        bytes.baseAddress.map { write(descriptor, $0 + done, bytes.count - done) } ?? 0
      }
      guard count > 0 || errno == EINTR else { throw Fault.system("write", path) }
      done += max(count, 0)
    }
  }
}
