import Foundation
import Glibc
import Streams

/// The event file that TensorBoard reads: scalars by step.
///
/// The file is a sequence of TFRecords (length, masked CRC-32C of the length, data, masked CRC-32C of
/// the data), each an `Event` message of TensorFlow's `event.proto`. It is written anew where a stage
/// goes on, from the lines of the metrics that stay.
final class TensorBoardEvents {
  /// TensorBoard looks for "tfevents" in the name.
  static let fileName = "events.out.tfevents.0.midstream"

  private let path: String
  private let descriptor: Int32

  init(_ folder: String) throws {
    path = folder + "/" + Self.fileName
    try OutputFile.write(
      Self.record(Self.event(step: 0, ProtobufMessage().text(3, "brain.Event:2"))), to: path)
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("write", path) }
  }

  deinit { close(descriptor) }

  func append(_ metrics: StepMetrics) throws {
    var scalars = [
      ("train/loss", metrics.loss), ("train/gradient_norm", metrics.gradientNorm),
      ("train/learning_rate", metrics.learningRate),
      ("train/tokens_per_second", metrics.tokensPerSecond),
      ("train/mfu", metrics.shareOfMatrixProductRate),
    ]
    scalars += metrics.domains.map { ("loss/\($0.name ?? String($0.domain))", $0.loss) }
    try append(step: metrics.step, scalars)
  }

  func append(_ point: EvaluationPoint) throws {
    try append(
      step: point.step, point.domains.map { ("bits_per_byte/\($0.domain)", $0.bitsPerByte) })
  }

  private func append(step: Int, _ scalars: [(tag: String, value: Double)]) throws {
    var summary = ProtobufMessage()
    for scalar in scalars {
      summary = summary.message(
        1, ProtobufMessage().text(1, scalar.tag).float(2, Float(scalar.value)))
    }
    let event = Self.event(step: step, ProtobufMessage().message(5, summary))
    try AppendedFile.write(Self.record(event), to: descriptor, path: path)
  }

  private static func event(step: Int, _ rest: ProtobufMessage) -> ProtobufMessage {
    var event = ProtobufMessage().double(1, Date().timeIntervalSince1970).integer(2, step)
    event.bytes += rest.bytes
    return event
  }

  private static func record(_ message: ProtobufMessage) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(message.bytes.count).littleEndian) { Array($0) }
    func masked(_ bytes: [UInt8]) -> [UInt8] {
      let checksum = CRC32C.checksum(bytes)
      let masked = (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
      return withUnsafeBytes(of: masked.littleEndian) { Array($0) }
    }
    return length + masked(length) + message.bytes + masked(message.bytes)
  }
}

/// The few kinds of protocol buffer fields that events need.
struct ProtobufMessage {
  var bytes: [UInt8] = []

  private func adding(_ field: Int, wireType: Int, _ contents: [UInt8]) -> ProtobufMessage {
    ProtobufMessage(bytes: bytes + Self.varint(UInt64(field << 3 | wireType)) + contents)
  }

  func integer(_ field: Int, _ value: Int) -> ProtobufMessage {
    adding(field, wireType: 0, Self.varint(UInt64(bitPattern: Int64(value))))
  }

  func double(_ field: Int, _ value: Double) -> ProtobufMessage {
    adding(field, wireType: 1, withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
  }

  func float(_ field: Int, _ value: Float) -> ProtobufMessage {
    adding(field, wireType: 5, withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
  }

  func text(_ field: Int, _ value: String) -> ProtobufMessage {
    adding(field, wireType: 2, Self.varint(UInt64(value.utf8.count)) + Array(value.utf8))
  }

  func message(_ field: Int, _ value: ProtobufMessage) -> ProtobufMessage {
    adding(field, wireType: 2, Self.varint(UInt64(value.bytes.count)) + value.bytes)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (value, bytes) = (value, [UInt8]())
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }
}

/// CRC-32 with Castagnoli's polynomial, as RFC 3720 has it.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }
}
