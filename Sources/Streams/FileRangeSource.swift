import Glibc

/// A range of a plain file.
package final class FileRangeSource: ByteSource {
  private let path: String
  private let descriptor: Int32
  private var position: Int
  private let end: Int

  package init(_ path: String, _ firstByte: Int, _ byteCount: Int) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("read", path) }
    position = firstByte
    end = firstByte + byteCount
  }

  deinit { close(descriptor) }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = min(buffer.count, end - position)
    if wanted <= 0 { return 0 }
    while true {
      let count = pread(descriptor, buffer.baseAddress, wanted, off_t(position))
      if count < 0 {
        if errno == EINTR { continue }
        throw Fault.system("read", path)
      }
      guard count > 0 else {
        throw Fault(
          .input, "'\(path)' has become shorter", at: "\(path), byte \(position)",
          hint: "do not change the input of a run")
      }
      position += count
      return count
    }
  }
}
