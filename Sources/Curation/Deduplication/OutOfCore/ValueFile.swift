import Streams

/// A file of little-endian values behind a header of 16 bytes: what deduplication keeps on disk
/// between its stages. The header is the magic `MSDEDUP` and a zero byte, four letters for the
/// kind, and the format's version.
enum ValueFile {
  static let headerSize = 16
  private static let version: UInt32 = 1
  private static let magic = Array("MSDEDUP\0".utf8)

  private static func header(_ kind: StaticString) -> [UInt8] {
    var bytes = magic
    kind.withUTF8Buffer { bytes += $0.prefix(4) }
    withUnsafeBytes(of: version.littleEndian) { bytes += $0 }
    return bytes
  }

  /// Writes values through a buffer; the file appears at `commit()`.
  final class Writer {
    private let file: OutputFile
    private let isScratch: Bool
    private let buffer: UnsafeMutableRawBufferPointer
    private var filled = 0

    /// - Parameters:
    ///   - bufferSize: bytes in memory; at least 64.
    ///   - isScratch: the file goes with this process and need not outlive a power cut.
    init(
      _ path: String, kind: StaticString, bufferSize: Int = 1 << 18, isScratch: Bool = false
    ) throws {
      file = try OutputFile(path)
      self.isScratch = isScratch
      buffer = .allocate(byteCount: max(64, bufferSize), alignment: 8)
      for byte in ValueFile.header(kind) { try append(byte) }
    }

    deinit { buffer.deallocate() }

    @inline(__always)
    func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) throws {
      if filled + MemoryLayout<Value>.size > buffer.count { try flush() }
      buffer.storeBytes(of: value.littleEndian, toByteOffset: filled, as: Value.self)
      filled += MemoryLayout<Value>.size
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
      guard bytes.count > buffer.count - filled else {
        UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: bytes)
        filled += bytes.count
        return
      }
      try flush()
      try file.write(bytes)
    }

    func append<Value: FixedWidthInteger & BitwiseCopyable>(contentsOf values: [Value]) throws {
      try values.withUnsafeBytes { try append($0) }
    }

    private func flush() throws {
      try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
      filled = 0
    }

    func commit() throws {
      try flush()
      try file.commit(isScratch: isScratch)
    }
  }

  /// Reads any range of a file. Offsets count from the end of the header.
  final class Reader {
    let path: String
    /// Bytes behind the header.
    let count: Int
    private let bytes: RandomAccessBytes

    init(_ path: String, kind: StaticString) throws {
      self.path = path
      bytes = try RandomAccessBytes(path: path)
      let found = try bytes.bytes(at: 0, count: ValueFile.headerSize)
      let expected = ValueFile.header(kind)
      count = bytes.count - ValueFile.headerSize
      guard found.count == ValueFile.headerSize, found[..<12] == expected[..<12] else {
        throw damaged("another kind of file", expected: "a '\(kind)' file of a deduplication")
      }
      guard found == expected else {
        throw damaged(
          "format version \(found[12...].reversed().reduce(0) { $0 << 8 | Int($1) })",
          expected: "version \(ValueFile.version)")
      }
    }

    func damaged(_ found: String, expected: String) -> Fault {
      Fault(
        .input, "'\(path)' cannot be used", at: path, found: found, expected: expected,
        hint: "it was damaged or made by another version; make it again from the documents")
    }

    /// Fills `buffer` from `offset` on.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
      guard offset >= 0, offset <= count, buffer.count <= count - offset,
        try bytes.read(at: offset + ValueFile.headerSize, into: buffer) == buffer.count
      else {
        throw damaged(
          "\(count) bytes", expected: "at least \(offset &+ buffer.count), so it was cut short")
      }
    }

    func values<Value: FixedWidthInteger & BitwiseCopyable>(
      _ type: Value.Type, at offset: Int, count wanted: Int
    ) throws -> [Value] {
      guard wanted >= 0, wanted <= count / MemoryLayout<Value>.size else {
        throw damaged("\(count) bytes", expected: "\(wanted) values, so it was cut short")
      }
      return try [Value](unsafeUninitializedCapacity: wanted) { buffer, filled in
        try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
        filled = wanted
      }
    }
  }

  /// Reads a file's values from the first to the last.
  struct Sequence {
    private let reader: Reader
    private var position = 0
    private var buffer: [UInt64] = []
    private var next = 0
    private let bufferCount: Int

    /// - Parameter buffer: values of 64 bits in memory.
    init(_ reader: Reader, buffer: Int = 1 << 15) throws {
      self.reader = reader
      bufferCount = max(1, buffer)
      guard reader.count % 8 == 0 else {
        throw reader.damaged("\(reader.count) bytes", expected: "whole values of 8 bytes")
      }
    }

    @inline(__always)
    mutating func value() throws -> UInt64? {
      if next == buffer.count {
        let count = min(bufferCount, (reader.count - position) / 8)
        guard count > 0 else { return nil }
        buffer = try reader.values(UInt64.self, at: position, count: count)
        position += count * 8
        next = 0
      }
      defer { next += 1 }
      return buffer[next]
    }

    /// The next value, which must be there.
    @inline(__always)
    mutating func needed() throws -> UInt64 {
      guard let value = try value() else {
        throw reader.damaged("its end", expected: "more values, so it was cut short")
      }
      return value
    }
  }
}
