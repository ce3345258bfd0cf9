import Streams
import TensorKernels

/// The safetensors format: 8 bytes little-endian length N, N bytes of JSON that name each tensor's
/// dtype, shape and bytes, then the tensors' bytes without a hole.
public enum Safetensors {
  /// One tensor as the header describes it; offsets count from the end of the header.
  public struct Entry: Sendable, Equatable {
    public var name: String
    public var dtype: String
    public var shape: [Int]
    public var byteRange: Range<Int>
    /// The numbers in it.
    public var count: Int
  }

  static let sizes = [
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8,
    "U32": 4, "U16": 2, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  /// Float32 tensors in memory, as `write` takes them.
  public struct Source {
    public var name: String
    public var shape: [Int]
    public var values: UnsafePointer<Float>

    public init(name: String, shape: [Int], values: UnsafePointer<Float>) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Writes Float32 tensors in the given order, aside and renamed; equal input gives equal bytes.
  public static func write(
    _ tensors: [Source], metadata: [(String, String)] = [], to path: String
  ) throws {
    var (members, offset): ([String], Int) = ([], 0)
    if !metadata.isEmpty {
      let pairs = metadata.map { JSONValue.quoted($0) + ":" + JSONValue.quoted($1) }
      members.append("\"__metadata__\":{" + pairs.joined(separator: ",") + "}")
    }
    for tensor in tensors {
      let end = offset + tensor.shape.reduce(1, *) * 4
      members.append(
        JSONValue.quoted(tensor.name) + ":{\"dtype\":\"F32\",\"shape\":["
          + tensor.shape.map(String.init).joined(separator: ",")
          + "],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array(("{" + members.joined(separator: ",") + "}").utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let file = try OutputFile(path)
    try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
    try file.write(header)
    for tensor in tensors {
      let count = tensor.shape.reduce(1, *)
      try file.write(UnsafeRawBufferPointer(start: tensor.values, count: count * 4))
    }
    try file.commit()
  }
}

/// Reads a safetensors file from front to back.
public final class SafetensorsReader {
  public let path: String
  /// In the order of their bytes.
  public let entries: [Safetensors.Entry]
  public let metadata: [String: String]
  private let source: FileSource

  /// Reads and checks the header: every byte of the file must belong to exactly one tensor.
  public init(_ path: String) throws {
    let source = try FileSource(path)
    self.source = source
    self.path = path
    let size = Folder.byteCount(of: path) ?? 0
    func bad(_ message: String, found: String? = nil, expected: String? = nil) -> Fault {
      Fault(.input, message, at: path, found: found, expected: expected)
    }
    var length: UInt64 = 0
    let lengthBytes = try withUnsafeMutableBytes(of: &length) { try source.readFully(into: $0) }
    length = UInt64(littleEndian: length)
    guard lengthBytes == 8, size >= 8, length <= UInt64(min(size - 8, 100_000_000)) else {
      throw bad(
        "the header's length does not fit this safetensors file",
        found: lengthBytes == 8 ? "\(length) bytes" : "\(size) bytes in all",
        expected: "at most what follows the first 8 bytes")
    }
    let headerCount = Int(length)
    let header = try [UInt8](unsafeUninitializedCapacity: headerCount) { buffer, count in
      count = try source.readFully(into: UnsafeMutableRawBufferPointer(buffer))
    }
    guard header.count == headerCount, header.first == UInt8(ascii: "{") else {
      throw bad("the header of this safetensors file is not a JSON object")
    }
    guard var members = try JSONValue(parsing: header, path: path).object else {
      throw bad("the header of this safetensors file is not a JSON object")
    }
    var metadata: [String: String] = [:]
    if let found = members.removeValue(forKey: "__metadata__") {
      guard let pairs = found.object else {
        throw bad("'__metadata__' is not an object of strings", found: found.summary)
      }
      for (key, value) in pairs {
        guard case .string(let text) = value else {
          throw bad("'__metadata__' is not an object of strings", found: value.summary)
        }
        metadata[key] = text
      }
    }
    self.metadata = metadata
    var entries = try members.map { try Self.entry($0, $1, path) }
    entries.sort {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound, $0.name)
        < ($1.byteRange.lowerBound, $1.byteRange.upperBound, $1.name)
    }
    var end = 0
    for entry in entries {
      guard entry.byteRange.lowerBound == end else {
        throw bad(
          entry.byteRange.lowerBound < end
            ? "the tensor '\(entry.name)' overlaps another"
            : "no tensor owns the bytes before '\(entry.name)'",
          found: "offset \(entry.byteRange.lowerBound)", expected: "offset \(end)")
      }
      end = entry.byteRange.upperBound
    }
    guard end == size - 8 - headerCount else {
      throw bad(
        "the tensors do not fill this safetensors file",
        found: "\(size - 8 - headerCount) bytes after the header", expected: "\(end)")
    }
    self.entries = entries
  }

  private static func entry(
    _ name: String, _ value: JSONValue, _ path: String
  ) throws -> Safetensors.Entry {
    func bad(_ what: String, _ found: String?, _ expected: String? = nil) -> Fault {
      Fault(.input, "\(what) of the tensor '\(name)'", at: path, found: found, expected: expected)
    }
    guard let members = value.object else { throw bad("bad description", value.summary) }
    guard case .string(let dtype) = members["dtype"], let size = Safetensors.sizes[dtype] else {
      throw bad("unknown dtype", members["dtype"]?.summary, "one of the format's, such as F32")
    }
    func integers(_ key: String) throws -> [Int] {
      guard case .array(let values) = members[key] else {
        throw bad("bad '\(key)'", members[key]?.summary, "a list of whole numbers")
      }
      return try values.map {
        guard case .integer(let integer) = $0, integer >= 0 else {
          throw bad("bad '\(key)'", $0.summary, "whole numbers from 0")
        }
        return integer
      }
    }
    let shape = try integers("shape")
    let offsets = try integers("data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw bad("bad 'data_offsets'", "\(offsets)", "a begin and an end")
    }
    var (count, overflow) = (1, false)
    for extent in shape {
      let product = count.multipliedReportingOverflow(by: extent)
      (count, overflow) = (product.partialValue, overflow || product.overflow)
    }
    let bytes = count.multipliedReportingOverflow(by: size)
    guard !overflow, !bytes.overflow, bytes.partialValue == offsets[1] - offsets[0] else {
      throw bad(
        "wrong number of bytes", "\(offsets[1] - offsets[0]) bytes", "\(dtype) of shape \(shape)")
    }
    return Safetensors.Entry(
      name: name, dtype: dtype, shape: shape, byteRange: offsets[0]..<offsets[1], count: count)
  }

  /// Reads all tensors, once, converting F16 and BF16 to Float32.
  ///
  /// - Parameter destination: where the numbers of a tensor go, or nil to skip it; checks the shape
  ///   as it likes, and must have room for `count`.
  public func read(
    into destination: (Safetensors.Entry) throws -> UnsafeMutablePointer<Float>?
  ) throws {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { piece.deallocate() }
    func fill(_ bytes: UnsafeMutableRawBufferPointer) throws {
      guard try source.readFully(into: bytes) == bytes.count else {
        throw Fault(.input, "this safetensors file ends too early", at: path)
      }
    }
    for entry in entries {
      let target = try destination(entry)
      if let target, entry.dtype == "F32" {
        try fill(UnsafeMutableRawBufferPointer(start: target, count: entry.count * 4))
        continue
      }
      guard target == nil || ["F16", "BF16"].contains(entry.dtype) else {
        throw Fault(
          .input, "the numbers of the tensor '\(entry.name)' cannot be used", at: path,
          found: entry.dtype, expected: "F32, BF16 or F16")
      }
      var done = 0
      while done < entry.byteRange.count {
        let part = UnsafeMutableRawBufferPointer(
          rebasing: piece[..<min(piece.count, entry.byteRange.count - done)])
        try fill(part)
        if let target, let words = part.baseAddress?.assumingMemoryBound(to: UInt16.self) {
          let kernels = tensor_kernels().pointee
          let convert = entry.dtype == "BF16" ? kernels.from_bfloat16 : kernels.from_float16
          convert(target + done / 2, words, part.count / 2)
        }
        done += part.count
      }
    }
  }
}
