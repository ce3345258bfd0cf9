import Glibc

/// A file that exists only when it is complete: bytes go to `PATH.part`, and `commit()` syncs it,
/// renames it to `PATH` and syncs the folder. Without `commit()` nothing is left behind.
public final class OutputFile {
  public let path: String
  private let partPath: String
  private var descriptor: Int32
  /// Bytes written so far.
  public private(set) var byteCount = 0

  /// Creates the missing folders of `path` and opens `PATH.part` beside it.
  public init(_ path: String) throws {
    self.path = path
    partPath = path + ".part"
    try Folder.create(Folder.parent(of: path))
    descriptor = open(partPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Fault.system("write", path) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(partPath)
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
      let written = Glibc.write(descriptor, base, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw Fault.system("write", path)
      }
      byteCount += written
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  public func write(_ bytes: some Collection<UInt8>) throws {
    let wrote: Void? = try bytes.withContiguousStorageIfAvailable {
      try write(UnsafeRawBufferPointer($0))
    }
    if wrote == nil { try Array(bytes).withUnsafeBytes { try write($0) } }
  }

  public func write(_ text: String) throws { try write(text.utf8) }

  /// Makes the file durable and visible under its name. Nothing can be written afterwards.
  /// - Parameter isScratch: the file goes with this process; nothing need outlive a power cut.
  public func commit(isScratch: Bool = false) throws {
    guard isScratch || fsync(descriptor) == 0 else { throw Fault.system("write", path) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw Fault.system("write", path) }
    guard rename(partPath, path) == 0 else { throw Fault.system("write", path) }
    if isScratch { return }
    try Folder.sync(Folder.parent(of: path))
  }

  /// Writes a whole file at once, aside, synced and renamed.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.commit()
  }
}
