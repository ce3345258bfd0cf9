import Glibc
import Streams

/// The start of a file of lines, decompressed by its ending, and how much of the disk it takes.
struct FileHead {
  var source: any ByteSource { plain }
  private let file: CountedSource
  private let plain: CountedSource

  /// Bytes after decompression after which a file seems to end: a few on disk may hold any number.
  private static let plainLimit = 64 << 20

  /// - Parameter limit: bytes on disk after which the file seems to end.
  init(_ path: String, _ limit: Int) throws {
    file = CountedSource(try FileSource(path), limit: limit)
    plain = CountedSource(
      try InputFile.decompressed(file, path: path), limit: Self.plainLimit)
  }

  /// Whether there is more of the file behind what was read.
  var isCut: Bool { file.isCut || plain.isCut }
  /// Whether what was read ends inside a line.
  var cutsLine: Bool { isCut && plain.lastByte != UInt8(ascii: "\n") }
  /// Bytes after decompression so far.
  var plainByteCount: Int { plain.count }

  /// Bytes on disk of what was used, given its bytes after decompression: a reader reads ahead.
  func consumed(_ used: Int) -> Int {
    plain.count == 0 ? file.count : Int(Double(file.count) * Double(used) / Double(plain.count))
  }
}

/// A source that counts its bytes and ends early.
private final class CountedSource: ByteSource {
  private(set) var count = 0
  private(set) var isCut = false
  private(set) var lastByte: UInt8?
  private let source: any ByteSource
  private let limit: Int

  init(_ source: any ByteSource, limit: Int) {
    self.source = source
    self.limit = limit
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    // One byte past the limit tells a file that ends there from one that goes on.
    guard count < limit else {
      var byte: UInt8 = 0
      isCut = try withUnsafeMutableBytes(of: &byte) { try source.read(into: $0) } > 0 || isCut
      return 0
    }
    // Small pieces, so that what is counted is close to what is used.
    let wanted = min(buffer.count, limit - count, 1 << 16)
    let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
    count += read
    if read > 0 { lastByte = buffer[read - 1] }
    return read
  }
}

/// The lines of a source, one after the other.
struct LinePieces {
  private let source: any ByteSource
  private var pending: [UInt8] = []
  private var start = 0
  /// There is no line feed from `start` to here.
  private var searched = 0
  private var isAtEnd = false

  init(_ source: any ByteSource) { self.source = source }

  private func lineFeed() -> Int? {
    pending.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, searched < bytes.count,
        let found = memchr(base + searched, 0x0a, bytes.count - searched)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// The next line that is not empty, without its line feed.
  mutating func next() throws -> [UInt8]? {
    while true {
      if let end = lineFeed() {
        let line = Array(pending[start..<end])
        start = end + 1
        searched = start
        if !line.isEmpty { return line }
        continue
      }
      if isAtEnd {
        let line = Array(pending[start...])
        start = pending.count
        searched = start
        return line.isEmpty ? nil : line
      }
      pending.removeFirst(start)
      start = 0
      searched = pending.count
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      let count = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
      isAtEnd = count == 0
      pending += piece[..<count]
    }
  }
}
