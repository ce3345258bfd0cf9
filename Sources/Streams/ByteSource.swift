import Glibc

/// A stream of bytes, read in pieces.
public protocol ByteSource: AnyObject {
  /// Fills `buffer` from its start and returns how many bytes were read; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// The plain bytes of a file, or of a descriptor such as standard input.
public final class FileSource: ByteSource {
  public let path: String
  private let descriptor: Int32
  private let owned: Bool

  public init(_ path: String) throws {
    self.path = path
    guard !Folder.isFolder(path) else { throw Fault.system("read", path, code: EISDIR) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("read", path) }
    owned = true
  }

  /// Reads standard input.
  public init(standardInput: Void) {
    path = "standard input"
    descriptor = STDIN_FILENO
    owned = false
  }

  deinit { if owned { close(descriptor) } }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw Fault.system("read", path) }
    }
  }
}

extension ByteSource {
  /// Fills as much of `buffer` as the stream has.
  public func readFully(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// All the remaining bytes.
  public func readAll(expecting expected: Int = 1 << 16) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var capacity = max(expected + 1, 4096)
    while true {
      var finished = false
      let grown = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
        let free = UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[bytes.count...]))
        let read = try readFully(into: free)
        finished = read < free.count
        count = bytes.count + read
      }
      bytes = grown
      if finished { return bytes }
      capacity *= 2
    }
  }
}

/// Opens and reads files, decompressing by their ending.
public enum InputFile {
  /// The bytes of the file at `path`, decompressed where its name ends in `.zst`, `.gz`, `.tzst` or
  /// `.tgz`.
  public static func open(_ path: String) throws -> any ByteSource {
    try decompressed(try FileSource(path), path: path)
  }

  /// The bytes of a stream whose file would have this name, decompressed as those of a file.
  package static func decompressed(
    _ source: any ByteSource, path: String
  ) throws -> any ByteSource {
    switch compression(path) {
    case .zstd: try ZstdSource(source, path: path)
    case .gzip: try GzipSource(source, path: path)
    case nil: source
    }
  }

  package enum Compression { case gzip, zstd }

  /// How a file of this name is compressed, whatever the case of its ending; nil where it is not.
  package static func compression(_ path: String) -> Compression? {
    let name = path.lowercased()
    if name.hasSuffix(".zst") || name.hasSuffix(".tzst") { return .zstd }
    return name.hasSuffix(".gz") || name.hasSuffix(".tgz") ? .gzip : nil
  }

  /// Whether a file of this name is compressed as a whole.
  package static func isCompressed(_ path: String) -> Bool { compression(path) != nil }

  /// The whole file as it is on disk.
  public static func bytes(_ path: String) throws -> [UInt8] {
    try FileSource(path).readAll(expecting: Folder.byteCount(of: path) ?? 0)
  }

  /// The whole file, decompressed where its name says so.
  public static func decompressedBytes(_ path: String) throws -> [UInt8] {
    try open(path).readAll(expecting: (Folder.byteCount(of: path) ?? 0) * 4)
  }
}
