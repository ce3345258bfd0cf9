import Glibc
import Streams

/// Keys in the order in which they came: the last ones in memory, those before in a file that goes
/// with it.
final class KeyPartition {
  private let path: String
  private var recent: [UInt64] = []
  private var descriptor: Int32 = -1
  /// Keys in the file.
  private var stored = 0

  private let most: Int

  /// - Parameter most: how many keys stay in memory.
  init(_ path: String, most: Int) {
    self.path = path
    self.most = most
  }

  deinit { discard() }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(path)
    descriptor = -1
    stored = 0
  }

  func append(_ key: UInt64) throws {
    if recent.count == most { try store() }
    recent.append(key == 0 ? 1 : key)
  }

  private func store() throws {
    if descriptor < 0 {
      descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw Fault.system("write", path) }
    }
    try recent.withUnsafeBytes { bytes in
      var rest = bytes
      while let base = rest.baseAddress, rest.count > 0 {
        let written = write(descriptor, base, rest.count)
        if written < 0 {
          if errno == EINTR { continue }
          throw Fault.system("write", path)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
    stored += recent.count
    recent.removeAll(keepingCapacity: true)
  }

  /// Appends all keys to `keys` and is empty again.
  func take(into keys: inout [UInt64]) throws {
    keys.reserveCapacity(keys.count + stored + recent.count)
    if descriptor >= 0 {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
      defer { buffer.deallocate() }
      var offset = 0
      while offset < stored * 8 {
        let wanted = min(buffer.count, stored * 8 - offset)
        let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
        if count < 0, errno == EINTR { continue }
        // Whole keys only; what is cut off is read again.
        guard count >= 8 else { throw Fault.system("read", path) }
        for place in 0..<count / 8 {
          keys.append(buffer.load(fromByteOffset: place * 8, as: UInt64.self))
        }
        offset += count / 8 * 8
      }
      discard()
    }
    keys += recent
    recent.removeAll()
  }
}
