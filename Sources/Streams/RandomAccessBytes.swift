import Glibc

/// Bytes that can be read at any place: a file, or bytes in memory.
package final class RandomAccessBytes {
  private enum Storage {
    case file(Int32, path: String)
    case memory([UInt8])
  }

  package let count: Int
  private let storage: Storage

  /// - Throws: a `Fault` where the file cannot be opened, or is no regular file.
  package init(path: String) throws {
    guard !Folder.isFolder(path) else { throw Fault.system("read", path, code: EISDIR) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("read", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Fault(
        .input, "'\(path)' cannot be read at any place", found: "a pipe or a device",
        expected: "a file")
    }
    count = Int(status.st_size)
    storage = .file(descriptor, path: path)
  }

  package init(_ bytes: [UInt8]) {
    count = bytes.count
    storage = .memory(bytes)
  }

  deinit { if case .file(let descriptor, _) = storage { close(descriptor) } }

  /// Fills `buffer` with the bytes from `offset` on.
  /// - Returns: how many there were; fewer than wanted only at the end.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard offset >= 0, offset < count else { return 0 }
    let wanted = min(buffer.count, count - offset)
    guard wanted > 0, let to = buffer.baseAddress else { return 0 }
    switch storage {
    case .memory(let bytes):
      bytes.withUnsafeBytes { from in
        if let base = from.baseAddress { memcpy(to, base + offset, wanted) }
      }
      return wanted
    case .file(let descriptor, let path):
      var filled = 0
      while filled < wanted {
        let read = pread(descriptor, to + filled, wanted - filled, off_t(offset + filled))
        if read < 0 {
          if errno == EINTR { continue }
          throw Fault.system("read", path)
        }
        if read == 0 { break }
        filled += read
      }
      return filled
    }
  }

  /// The bytes of a range; fewer where the end comes first.
  package func bytes(at offset: Int, count wanted: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: max(0, min(wanted, count - offset))) {
      buffer, filled in
      filled = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// A range as a stream.
  package func source(at offset: Int, count: Int) -> any ByteSource {
    RandomAccessRange(self, offset, count)
  }
}

private final class RandomAccessRange: ByteSource {
  private let bytes: RandomAccessBytes
  private var position: Int
  private var left: Int

  init(_ bytes: RandomAccessBytes, _ position: Int, _ left: Int) {
    self.bytes = bytes
    self.position = position
    self.left = left
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let wanted = min(left, buffer.count)
    guard wanted > 0 else { return 0 }
    let count = try bytes.read(
      at: position, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
    position += count
    left -= count
    return count
  }
}
