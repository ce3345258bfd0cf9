import Glibc
import Streams

/// The bytes of a file as memory, read when they are touched and given back when memory is short:
/// what is larger than memory can be looked into at any place.
final class MappedFile: @unchecked Sendable {
  let path: String
  /// Never changes while the file is mapped.
  let bytes: UnsafeRawBufferPointer

  /// - Throws: a fault where the file cannot be read.
  init(_ path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("read", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Fault.system("read", path) }
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let base = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0)
    guard let base, base != MAP_FAILED else { throw Fault.system("read", path) }
    bytes = UnsafeRawBufferPointer(start: base, count: count)
  }

  deinit {
    if let base = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
  }

  /// The file as values of one type.
  /// - Throws: a fault where the file does not hold whole values.
  func values<Value: BitwiseCopyable>(_ type: Value.Type) throws -> UnsafeBufferPointer<Value> {
    guard bytes.count % MemoryLayout<Value>.stride == 0 else { throw damaged() }
    return bytes.bindMemory(to: Value.self)
  }

  /// - Parameter found: what is wrong with it; how long it is where nothing else is known.
  func damaged(_ found: String? = nil, expected: String? = nil) -> Fault {
    Fault(
      .input, "'\(path)' is damaged", at: path, found: found ?? "\(bytes.count) bytes",
      expected: expected, hint: "remove it and run the stage that wrote it again")
  }
}
