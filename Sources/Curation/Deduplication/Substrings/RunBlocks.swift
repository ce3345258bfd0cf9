import Streams
import TextKernels

/// The runs of one input on disk, as blocks of a size that fits memory: in each block the runs of
/// bucket 0, then those of bucket 1 and so on, in order of place. A block begins with the number of
/// buckets and the end of each, as UInt64.
final class RunBlockWriter {
  private let file: OutputFile
  private let buckets: Int
  private let blockRuns: Int
  private var waiting: [window_run] = []

  /// - Parameter memory: bytes that a block may take.
  init(_ path: String, buckets: Int, memory: Int) throws {
    file = try OutputFile(path)
    self.buckets = buckets
    blockRuns = min(max(4096, memory / 64), 1 << 22)
  }

  /// Adds runs in order of place, which is counted from `base`.
  func write(_ runs: [window_run], base: Int) throws {
    for run in runs {
      waiting.append(run.moved(by: base))
      if waiting.count == blockRuns { try writeBlock() }
    }
  }

  func commit() throws {
    if !waiting.isEmpty { try writeBlock() }
    try file.commit()
  }

  private func writeBlock() throws {
    var header = [UInt64](repeating: 0, count: buckets + 1)
    var places = [Int](repeating: 0, count: buckets)
    for run in waiting { places[Int(shared_windows_part(run.gram, UInt32(buckets)))] += 1 }
    var end = 0
    for bucket in 0..<buckets {
      (places[bucket], end) = (end, end + places[bucket])
      header[bucket + 1] = UInt64(end)
    }
    header[0] = UInt64(buckets)
    let sorted = [window_run](unsafeUninitializedCapacity: end) { buffer, count in
      for run in waiting {
        let bucket = Int(shared_windows_part(run.gram, UInt32(buckets)))
        buffer[places[bucket]] = run
        places[bucket] += 1
      }
      count = end
    }
    try header.withUnsafeBytes { try file.write($0) }
    try sorted.withUnsafeBytes { try file.write($0) }
    waiting.removeAll(keepingCapacity: true)
  }
}

/// Reads the runs of one input, a bucket at a time.
struct RunBlocks: Sendable {
  private let file: MappedFile
  /// Where each block's header begins, in bytes.
  private let blocks: [Int]
  private let buckets: Int

  init(_ path: String, buckets: Int) throws {
    file = try MappedFile(path)
    self.buckets = buckets
    var blocks: [Int] = []
    var position = 0
    let header = (buckets + 1) * 8
    while position < file.bytes.count {
      guard position + header <= file.bytes.count,
        file.bytes.load(fromByteOffset: position, as: UInt64.self) == UInt64(buckets),
        let runs = Int(
          exactly: file.bytes.load(fromByteOffset: position + buckets * 8, as: UInt64.self)),
        runs <= (file.bytes.count - position - header) / MemoryLayout<window_run>.stride
      else { throw file.damaged() }
      blocks.append(position)
      position += header + runs * MemoryLayout<window_run>.stride
    }
    self.blocks = blocks
  }

  /// The runs of a bucket, block by block: in order of place.
  func forEachBlock(
    of bucket: Int, _ body: (UnsafeBufferPointer<window_run>) throws -> Void
  ) throws {
    let stride = MemoryLayout<window_run>.stride
    for block in blocks {
      func end(_ bucket: Int) -> Int? {
        Int(exactly: file.bytes.load(fromByteOffset: block + 8 * bucket, as: UInt64.self))
      }
      let first = bucket == 0 ? 0 : end(bucket)
      guard let first, let last = end(bucket + 1), let all = end(buckets), first <= last,
        last <= all
      else { throw file.damaged() }
      let start = block + (buckets + 1) * 8
      let bytes = UnsafeRawBufferPointer(
        rebasing: file.bytes[start + first * stride..<start + last * stride])
      try body(bytes.bindMemory(to: window_run.self))
    }
  }
}
