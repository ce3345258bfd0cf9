import Foundation
import Streams

/// A file that a task wrote or read, and what its bytes were.
public struct FileStamp: Codable, Sendable, Equatable {
  /// Relative to the run's folder.
  public var path: String
  public var bytes: Int
  /// XXH3-128, hexadecimal.
  public var digest: String

  public init(path: String, bytes: Int, digest: String) {
    self.path = path
    self.bytes = bytes
    self.digest = digest
  }

  /// The stamp of `folder/path`, which is read whole.
  public init(path: String, in folder: String) throws {
    let whole = folder + "/" + path
    guard let bytes = Folder.byteCount(of: whole) else { throw Fault.system("read", whole) }
    self.init(path: path, bytes: bytes, digest: try ContentDigest(file: whole).hex)
  }
}

/// What a finished task leaves behind. A task whose record matches is not done again; a record that
/// does not match is never trusted.
public struct CompletionRecord: Codable, Sendable, Equatable {
  public static let currentFormat = 1

  public var format = CompletionRecord.currentFormat
  public var stage: String
  public var task: String
  /// Digest of the program that wrote it.
  public var program: String
  /// Digest of the settings that the outputs depend on.
  public var configuration: String
  /// Digest of everything that the task read.
  public var inputs: String
  public var outputs: [FileStamp]
  /// Documents, bytes, tokens: what the stage counts.
  public var counts: [String: Int]
  public var seconds: Double

  /// The first field in which this record differs from what is wanted, in the user's words.
  func difference(program: String, configuration: String, inputs: String, folder: String) -> String?
  {
    if format != Self.currentFormat { return "the record's format" }
    if self.program != program { return "the program" }
    if self.configuration != configuration { return "the settings" }
    if self.inputs != inputs { return "the input" }
    for output in outputs where Folder.byteCount(of: folder + "/" + output.path) != output.bytes {
      return "the output '\(output.path)'"
    }
    return nil
  }
}

/// JSON files of a run: sorted keys, so that the same values give the same bytes.
public enum RecordFile {
  public static func write(_ value: some Encodable, to path: String) throws {
    try OutputFile.write(try encode(value), to: path)
  }

  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  public static func read<T: Decodable>(_ type: T.Type, from path: String) throws -> T {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: Data(try InputFile.bytes(path)))
    } catch let error as DecodingError {
      throw Fault(
        .input, "'\(path)' is not the record that is expected here", at: path, found: "\(error)",
        hint: "remove it and run the stage that wrote it again")
    }
  }
}
