import CZlib

/// One raw DEFLATE stream (RFC 1951), as zip archives hold it, decompressed as it is read.
package final class DeflateSource: ByteSource {
  private let source: any ByteSource
  private let path: String
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var consumed = 0
  private var isAtEnd = false

  /// `path` names the stream in errors.
  package init(_ source: any ByteSource, path: String) throws {
    self.source = source
    self.path = path
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: 1 << 16, alignment: 16)
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, -15, ZLIB_VERSION, size) == Z_OK else {
      throw Fault(.failure, "out of memory")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard buffer.count > 0, !isAtEnd else { return 0 }
    let wanted = min(buffer.count, Int(UInt32.max))
    while true {
      if stream.pointee.avail_in == 0 {
        let count = try source.read(into: input)
        if count == 0 { throw damaged("the end of the stream", "the rest of it") }
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
      }
      let before = stream.pointee.avail_in
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(wanted)
      let result = inflate(stream, Z_NO_FLUSH)
      consumed += Int(before - stream.pointee.avail_in)
      let written = wanted - Int(stream.pointee.avail_out)
      switch result {
      case Z_STREAM_END:
        isAtEnd = true
        return written
      case Z_OK, Z_BUF_ERROR: break
      default:
        // What came before the damage first; the next call meets the damage again.
        if written > 0 { return written }
        let found = stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)"
        throw damaged(found, "a DEFLATE stream")
      }
      if written > 0 { return written }
    }
  }

  private func damaged(_ found: String, _ expected: String) -> Fault {
    Fault(
      .input, "'\(path)' is damaged", at: "\(path), compressed byte \(consumed)", found: found,
      expected: expected)
  }
}
