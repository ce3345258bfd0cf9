import Glibc
import Streams

/// A file of which any range can be read.
final class RandomAccessFile {
  let path: String
  let byteCount: Int
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    guard !Folder.isFolder(path) else { throw Fault.system("read", path, code: EISDIR) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("read", path) }
    byteCount = Int(lseek(descriptor, 0, SEEK_END))
  }

  deinit { close(descriptor) }

  /// Fills `buffer` from `offset` on; the file must be that long.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, offset + filled)
      if count < 0 {
        if errno == EINTR { continue }
        throw Fault.system("read", path)
      }
      guard count > 0 else {
        throw Fault(
          .input, "'\(path)' ends early", at: "\(path), byte \(offset + filled)",
          found: "the end of the file", expected: "\(buffer.count - filled) more bytes")
      }
      filled += count
    }
  }

  func read(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        at: offset,
        into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
      initialized = count
    }
  }
}
