import CZlib
import Corpora
import Foundation
import Streams

/// Bytes in memory, handed out in pieces of at most `step`.
final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private let step: Int
  private var place = 0

  init(_ bytes: [UInt8], step: Int = .max) {
    self.bytes = bytes
    self.step = step
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, step, bytes.count - place)
    buffer.copyBytes(from: bytes[place..<place + count])
    place += count
    return count
  }
}

/// A record that was read, on its own.
struct ReadRecord: Equatable {
  var kind: String
  var version: String
  var uri: String?
  var offset: Int
  var content: [UInt8]
  var isCut: Bool
  var fields: [String: String]
}

struct ReadArchive {
  var records: [ReadRecord] = []
  var problems = ReadingProblems()

  var kinds: [String] { records.map(\.kind) }
  var contents: [[UInt8]] { records.map(\.content) }
  /// The kind of each problem, with the record and the place that it names.
  var troubles: [String] {
    problems.first.map { "\($0.kind.rawValue) \($0.record ?? 0)@\($0.offset ?? -1)" }
  }
}

func readArchive(
  _ bytes: [UInt8], name: String = "f", step: Int = .max, limit: Int = 256 << 20
) throws -> ReadArchive {
  let records = WARCRecords(MemorySource(bytes, step: step), name: name, recordLimit: limit)
  var archive = ReadArchive()
  while let record = try records.next() {
    var fields: [String: String] = [:]
    for place in 0..<record.header.count {
      let name = String(decoding: record.header[place].name, as: UTF8.self)
      fields[name] = String(decoding: record.header[place].value, as: UTF8.self)
    }
    archive.records.append(
      ReadRecord(
        kind: record.kind.rawValue, version: String(decoding: record.version, as: UTF8.self),
        uri: record.targetURI.map { String(decoding: $0, as: UTF8.self) }, offset: record.offset,
        content: Array(record.content), isCut: record.isCut, fields: fields))
  }
  archive.problems = records.problems
  return archive
}

/// The documents of an archive, and what was met on the way.
func readDocuments(
  _ bytes: [UInt8], options: ReadingOptions = ReadingOptions(), target: Int = 1000,
  extract: @escaping TextExtraction = PlainText.extract
) throws -> (documents: [Document], problems: ReadingProblems) {
  let reader = try WARCReader(MemorySource(bytes), name: "f", options: options, extract: extract)
  var documents: [Document] = []
  var batch = DocumentBatch()
  while try reader.fill(&batch, targetTextBytes: target) {
    documents += (0..<batch.count).map { batch[$0] }
  }
  return (documents, reader.problems)
}

/// A WARC record as bytes.
func record(
  _ type: String = "response", _ content: [UInt8], id: String? = nil,
  uri: String? = "http://e.org/",
  fields: [(String, String)] = [], length: String? = nil, end: String = "\r\n\r\n",
  version: String = "WARC/1.0", newline: String = "\r\n"
) -> [UInt8] {
  var lines = [version, "WARC-Type: \(type)"]
  if let id { lines.append("WARC-Record-ID: <urn:uuid:\(id)>") }
  if let uri { lines.append("WARC-Target-URI: \(uri)") }
  lines += fields.map { "\($0): \($1)" }
  if length != "" { lines.append("Content-Length: \(length ?? "\(content.count)")") }
  let header = lines.map { $0 + newline }.joined() + newline
  return Array(header.utf8) + content + Array(end.utf8)
}

/// An HTTP answer as bytes.
func answer(
  _ body: [UInt8], status: String = "200 OK",
  fields: [(String, String)] = [("Content-Type", "text/plain")]
) -> [UInt8] {
  let lines = fields.map { "\($0): \($1)\r\n" }.joined()
  return Array("HTTP/1.1 \(status)\r\n\(lines)\r\n".utf8) + body
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// One gzip member, or with another window a zlib or raw stream.
func gzip(_ bytes: [UInt8], window: Int32 = 31, level: Int32 = 6) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  let room = Int(deflateBound(&stream, UInt(bytes.count))) + 64
  return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      deflate(&stream, Z_FINISH)
    }
    count = buffer.count - Int(stream.avail_out)
  }
}

func zstd(_ bytes: [UInt8]) throws -> [UInt8] {
  try bytes.withUnsafeBytes { try Zstd.compress($0) }
}

/// The same numbers for the same seed.
struct SeededNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2_685_821_657_736_338_717 &+ 1 }

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % max(limit, 1)
  }

  mutating func bytes(_ count: Int, values: Int = 256) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: below(values)) }
  }
}

/// Real archives in the folder beside the package, where it is present.
enum SharedArchives {
  static let folder =
    "/" + #filePath.split(separator: "/").dropLast(5).joined(separator: "/")
    + "/../shared/data/warc/"

  /// The file as it is on disk, or nil, with a printed reason, where it is absent.
  static func bytes(_ path: String) throws -> [UInt8]? {
    guard Folder.isFile(folder + path) else {
      print("skipped: no shared archive '\(path)' beside the package")
      return nil
    }
    return try InputFile.bytes(folder + path)
  }
}

/// What a Python program prints, or nil, with a printed reason, where there is no Python with peers.
func peer(_ program: String, _ arguments: [String]) throws -> String? {
  guard let python = ProcessInfo.processInfo.environment["MIDSTREAM_TEST_PYTHON"] else {
    print("skipped: MIDSTREAM_TEST_PYTHON names no Python")
    return nil
  }
  let process = Process()
  process.executableURL = URL(filePath: python)
  process.arguments = ["-c", program] + arguments
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    print("skipped: \(python) has not all the packages that this needs")
    return nil
  }
  return String(decoding: data, as: UTF8.self)
}
