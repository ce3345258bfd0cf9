import Streams
import TextKernels

/// Repeated windows on disk: sections, each in order of place, then the end of each section and their
/// number, as UInt64.
final class RepeatSectionWriter {
  private let file: OutputFile
  private var ends: [UInt64] = []
  private var waiting: [repeated_windows] = []
  private(set) var count = 0

  init(_ path: String) throws { file = try OutputFile(path) }

  /// Adds entries to the open section.
  /// - Parameter write: gets room for `capacity` entries and returns how many it wrote.
  func write(
    upTo capacity: Int, _ write: (UnsafeMutablePointer<repeated_windows>) -> Int
  ) throws {
    waiting.append(addingCapacity: capacity) { span in
      span.withUnsafeMutableBufferPointer { buffer, written in
        if let base = buffer.baseAddress { written = write(base) }
      }
    }
    if waiting.count > 1 << 16 { try flush() }
  }

  /// What comes next may begin anywhere.
  func endSection() throws {
    try flush()
    if count > Int(ends.last ?? 0) { ends.append(UInt64(count)) }
  }

  func commit() throws {
    try endSection()
    ends.append(UInt64(ends.count))
    try ends.withUnsafeBytes { try file.write($0) }
    try file.commit()
  }

  private func flush() throws {
    try waiting.withUnsafeBytes { try file.write($0) }
    count += waiting.count
    waiting.removeAll(keepingCapacity: true)
  }
}

/// Reads what `RepeatSectionWriter` wrote.
struct RepeatSections: Sendable {
  private let file: MappedFile
  private let ends: [Int]

  init(_ path: String) throws {
    file = try MappedFile(path)
    let bytes = file.bytes
    guard bytes.count >= 8, bytes.count % 8 == 0,
      let count = Int(
        exactly: bytes.load(fromByteOffset: bytes.count - 8, as: UInt64.self)),
      count <= bytes.count / 8 - 1
    else { throw file.damaged() }
    let start = bytes.count - 8 * (count + 1)
    ends = (0..<count).map {
      Int(truncatingIfNeeded: bytes.load(fromByteOffset: start + 8 * $0, as: UInt64.self))
    }
    guard ends.allSatisfy({ (0...start).contains($0) }),
      (ends.last ?? 0) * MemoryLayout<repeated_windows>.stride == start,
      zip([0] + ends, ends).allSatisfy({ $0 <= $1 })
    else { throw file.damaged() }
  }

  /// One cursor a section, at the first entry that does not begin before `place`.
  func cursors(from place: Int) -> [RepeatCursor] {
    let entries = UnsafeRawBufferPointer(
      rebasing: file.bytes[..<((ends.last ?? 0) * MemoryLayout<repeated_windows>.stride)]
    ).bindMemory(to: repeated_windows.self)
    return zip([0] + ends, ends).map { start, end in
      RepeatCursor(file: file, entries[start..<end], from: UInt64(place))
    }
  }
}

/// A place in a section.
struct RepeatCursor {
  /// Keeps the entries in memory.
  private let file: MappedFile
  private var entries: Slice<UnsafeBufferPointer<repeated_windows>>

  init(
    file: MappedFile, _ section: Slice<UnsafeBufferPointer<repeated_windows>>, from place: UInt64
  ) {
    self.file = file
    var (low, high) = (section.startIndex, section.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if section[middle].start < place { low = middle + 1 } else { high = middle }
    }
    entries = section[low...]
  }

  /// Takes the entries that begin before `place`.
  mutating func take(before place: Int, into taken: inout [repeated_windows]) {
    while let next = entries.first, next.start < UInt64(place) {
      taken.append(next)
      entries = entries.dropFirst()
    }
  }
}
