import Foundation
import LanguageModel
import Streams
import TestFolders
import Testing

@Suite struct SafetensorsTests {
  /// A file from header text and data size, with the length that is given or true.
  private func write(_ header: String, data: Int, length: UInt64? = nil, to path: String) throws {
    var bytes = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) {
      Array($0)
    }
    bytes += Array(header.utf8) + [UInt8](repeating: 0, count: data)
    try OutputFile.write(bytes, to: path)
  }

  private static let one = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#

  @Test(
    "a header that lies is refused",
    arguments: [
      (one, 8, 0, "length does not fit"),
      (one, 8, UInt64.max, "length does not fit"),
      (one, 8, 1 << 40, "length does not fit"),
      (one, 7, nil, "do not fill"),
      (one, 9, nil, "do not fill"),
      ("[]", 0, nil, "not a JSON object"),
      ("{", 0, nil, "not valid JSON"),
      (#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, 8, nil, "unknown dtype"),
      (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, nil, "number of bytes"),
      (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, nil, "'shape'"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, nil, "'data_offsets'"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, 8, nil, "'data_offsets'"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, nil, "no tensor owns"),
      (
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, nil,
        "number of bytes"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, nil, "overlaps"
      ),
      (#"{"a":7}"#, 0, nil, "bad description"),
      (#"{"__metadata__":{"step":3}}"#, 0, nil, "__metadata__"),
    ] as [(String, Int, UInt64?, String)])
  func lyingHeader(header: String, data: Int, length: UInt64?, message: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    try write(header, data: data, length: length == 0 ? 8 : length, to: path)
    if length == 0 {
      try OutputFile.write([1, 2, 3] as [UInt8], to: path)
    }
    do {
      _ = try SafetensorsReader(path)
      Issue.record("read without a fault")
    } catch { #expect("\(error)".contains(message)) }
  }

  @Test("half-precision numbers are converted and other kinds refused by name")
  func kinds() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    let header =
      #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"#
      + #""b":{"dtype":"F16","shape":[1],"data_offsets":[4,6]},"#
      + #""c":{"dtype":"I64","shape":[],"data_offsets":[6,14]}}"#
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    bytes += Array(header.utf8)
    bytes += [0x80, 0x3f, 0x20, 0xc0, 0x00, 0x3c] + [UInt8](repeating: 0, count: 8)
    try OutputFile.write(bytes, to: path)
    var values: [Float] = [0, 0, 0]
    try values.withUnsafeMutableBufferPointer { values in
      try SafetensorsReader(path).read { entry in
        entry.name == "c" ? nil : values.baseAddress.map { $0 + (entry.name == "a" ? 0 : 2) }
      }
      let base = values.baseAddress
      #expect(throws: Fault.self) { try SafetensorsReader(path).read { _ in base } }
    }
    #expect(values == [1, -2.5, 1])
  }

  @Test("names with quotes and control characters survive, and so does metadata")
  func names() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    let values: [Float] = [1, .infinity, -0.0]
    let name = "a\"\\\n\u{1}é"
    try values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      try Safetensors.write(
        [
          .init(name: name, shape: [3], values: base),
          .init(name: "empty", shape: [0], values: base),
        ],
        metadata: [("step", "7")], to: path)
    }
    let reader = try SafetensorsReader(path)
    #expect(reader.entries.map(\.name) == [name, "empty"])
    #expect(reader.metadata == ["step": "7"])
  }

  @Test("published files open with their own shapes")
  func published() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let folder = root + "/../shared/data/checkpoints"
    guard Folder.isFolder(folder) else { return print("skipped: no ../shared/data/checkpoints") }
    let files = try Folder.names(in: folder).filter { $0.hasSuffix(".safetensors") }
    #expect(!files.isEmpty)
    for file in files {
      let reader = try SafetensorsReader(folder + "/" + file)
      #expect(!reader.entries.isEmpty, "\(file)")
      try reader.read { _ in nil }
    }
  }
}
