import CZlib

/// A gzip stream of any number of members, decompressed as it is read.
public final class GzipSource: ByteSource {
  private let source: any ByteSource
  private let path: String
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var consumed = 0
  private var memberIsOpen = false

  /// `path` names the stream in errors.
  public init(_ source: any ByteSource, path: String) throws {
    self.source = source
    self.path = path
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: 1 << 17, alignment: 16)
    let gzipWindow: Int32 = 15 + 16
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, gzipWindow, ZLIB_VERSION, size) == Z_OK else {
      throw Fault(.failure, "out of memory")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard buffer.count > 0 else { return 0 }
    let wanted = min(buffer.count, Int(UInt32.max))
    while true {
      if stream.pointee.avail_in == 0 {
        let count = try source.read(into: input)
        if count == 0 {
          if memberIsOpen { throw damaged("the end of the file", "the rest of the member") }
          return 0
        }
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
      }
      let before = stream.pointee.avail_in
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(wanted)
      memberIsOpen = true
      let result = inflate(stream, Z_NO_FLUSH)
      consumed += Int(before - stream.pointee.avail_in)
      let written = wanted - Int(stream.pointee.avail_out)
      switch result {
      case Z_STREAM_END:
        memberIsOpen = false
        inflateReset(stream)
      case Z_OK, Z_BUF_ERROR: break
      default:
        // What came before the damage first; the next call meets the damage again.
        if written > 0 { return written }
        let found = stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)"
        throw damaged(found, "gzip members")
      }
      if written > 0 { return written }
    }
  }

  private func damaged(_ found: String, _ expected: String) -> Fault {
    Fault(
      .input, "'\(path)' is not a complete gzip file", at: "\(path), byte \(consumed)",
      found: found, expected: expected,
      hint: "the file is truncated or damaged: fetch or make it again")
  }
}
