import Glibc
import Streams

/// Bytes that can be read at any place: a file, or a buffer such as an archive's member.
protocol RandomAccessBytes: AnyObject {
  var byteCount: Int { get }

  /// Fills the whole buffer with the bytes from `offset`, which must be there.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws
}

/// A file, read with `pread`, so that several readers can share it.
final class RandomAccessFile: RandomAccessBytes {
  let byteCount: Int
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    guard !Folder.isFolder(path) else { throw Fault.system("read", path, code: EISDIR) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("read", path) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else {
      let code = errno
      close(descriptor)
      throw Fault.system("read", path, code: code)
    }
    byteCount = Int(end)
  }

  deinit { close(descriptor) }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let count = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
      if count < 0 {
        if errno == EINTR { continue }
        throw Fault.system("read", path)
      }
      guard count > 0 else {
        throw Fault(
          .input, "'\(path)' has become shorter", at: "\(path), byte \(offset + filled)",
          hint: "do not change the input of a run")
      }
      filled += count
    }
  }
}

/// Bytes in memory.
final class RandomAccessBuffer: RandomAccessBytes {
  private let bytes: [UInt8]
  var byteCount: Int { bytes.count }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard offset >= 0, offset <= bytes.count, buffer.count <= bytes.count - offset else {
      throw Fault(.failure, "a read behind the end of a buffer", at: "byte \(offset)")
    }
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
    }
  }
}

/// Memory that grows and is reused; what it holds is lost when it grows.
final class GrowingBuffer {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { memory.deallocate() }

  /// The first `count` bytes, uninitialised.
  func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if memory.count < count || memory.baseAddress == nil {
      memory.deallocate()
      memory = .allocate(
        byteCount: max(count, memory.count + memory.count / 2, 4096), alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
  }
}
