import Dispatch
import Streams
import Synchronization
import Tokenization

/// The texts of a JSON Lines file, in one buffer.
final class Texts: @unchecked Sendable {  // Immutable after `init`.
  private let bytes: UnsafeMutableRawBufferPointer
  private let offsets: [Int]

  var count: Int { offsets.count - 1 }
  var byteCount: Int { bytes.count }

  init(_ path: String) throws {
    var offsets = [0]
    var all: [UInt8] = []
    let lines = try InputFile.decompressedBytes(path)
    all.reserveCapacity(lines.count)
    for line in lines.split(separator: 10) {
      let record = try JSONValue(parsing: Array(line), path: path)
      guard case .string(let text)? = record["text"] else { continue }
      all.append(contentsOf: text.utf8)
      offsets.append(all.count)
    }
    bytes = .allocate(byteCount: all.count, alignment: 64)
    bytes.copyBytes(from: all)
    self.offsets = offsets
  }

  deinit { bytes.deallocate() }

  subscript(index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[offsets[index]..<offsets[index + 1]])
  }

  /// Runs `body` on `parts` stretches of about equally many bytes, each on a thread of its own.
  func inParallel<R: Sendable>(
    _ parts: Int, _ body: @escaping @Sendable (Range<Int>) throws -> R
  ) throws -> [R] {
    var bounds = [0]
    for part in 1...parts {
      let target = byteCount / parts * part
      bounds.append(part == parts ? count : offsets.firstIndex { $0 >= target } ?? count)
    }
    let ranges = (0..<parts).map { bounds[$0]..<max(bounds[$0], bounds[$0 + 1]) }
    let results = Results<R>()
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let result = Result { try body(ranges[part]) }
      results.values.withLock { $0[part] = result }
    }
    return try (0..<parts).compactMap { part in
      try results.values.withLock { try $0[part]?.get() }
    }
  }
}

private final class Results<R: Sendable>: Sendable {
  let values = Mutex<[Int: Result<R, any Error>]>([:])
}
