import Glibc
import Streams

/// One reading task: some whole files of one source, a range of lines of one plain JSONL file, or some
/// row groups of one Parquet file.
public struct DocumentSlice: Sendable, Codable, Equatable {
  /// A range of whole lines of a JSONL file.
  public struct LineRange: Sendable, Codable, Equatable {
    public var firstByte: Int
    public var byteCount: Int
    /// The number of the first line, from 1.
    public var firstLine: Int
  }

  /// The place of this slice among all slices of the corpus.
  public var index: Int
  /// The place of the source among the corpus's sources.
  public var sourceIndex: Int
  public var source: String
  /// In order.
  public var files: [CorpusFile]
  /// Nil where the files are read whole.
  public var lines: LineRange?
  /// The row groups of a Parquet file; nil where it is read whole.
  public var rowGroups: Range<Int>?
  /// To be read, before decompression.
  public var byteCount: Int
}

extension FetchedCorpus {
  /// Cuts the files into slices of about `target` bytes, source by source, in order: the same
  /// corpus gives the same slices. Files stay whole, but a plain JSONL file that is more than twice
  /// the target is cut between lines, and a large Parquet file between row groups. A compressed
  /// JSONL file is a slice of its own.
  public func slices(target: Int = 8_000_000) throws -> [DocumentSlice] {
    var slices: [DocumentSlice] = []
    for (sourceIndex, source) in sources.enumerated() {
      var pending: [CorpusFile] = []
      var pendingBytes = 0
      func add(
        _ files: [CorpusFile], _ byteCount: Int, lines: DocumentSlice.LineRange? = nil,
        rowGroups: Range<Int>? = nil
      ) {
        slices.append(
          DocumentSlice(
            index: slices.count, sourceIndex: sourceIndex, source: source.source.name,
            files: files, lines: lines, rowGroups: rowGroups, byteCount: byteCount))
      }
      func flush() {
        if !pending.isEmpty { add(pending, pendingBytes) }
        pending = []
        pendingBytes = 0
      }
      for file in source.files {
        let isLines = source.source.format(of: file.path) == .jsonl
        let isCompressed = InputFile.isCompressed(file.path)
        if isLines, isCompressed || file.byteCount > 2 * target {
          flush()
          if isCompressed {
            add([file], file.byteCount)
          } else {
            let path = source.root + "/" + file.path
            for range in try LineCutter.ranges(of: path, target: target) {
              add([file], range.byteCount, lines: range)
            }
          }
          continue
        }
        if source.source.format(of: file.path) == .parquet, file.byteCount > target {
          flush()
          let path = source.root + "/" + file.path
          for (groups, byteCount) in RowGroupCutter.ranges(of: path, target: target) {
            add([file], byteCount, rowGroups: groups)
          }
          continue
        }
        if pendingBytes > 0, pendingBytes + file.byteCount > target + target / 4 { flush() }
        pending.append(file)
        pendingBytes += file.byteCount
        if pendingBytes >= target { flush() }
      }
      flush()
    }
    return slices
  }
}

/// Cuts a file between lines, and numbers them.
enum LineCutter {
  static func ranges(of path: String, target: Int) throws -> [DocumentSlice.LineRange] {
    let file = try FileSource(path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var ranges: [DocumentSlice.LineRange] = []
    var start = 0
    var startLine = 1
    var line = 1
    var position = 0
    while true {
      let count = try file.read(into: buffer)
      if count == 0 { break }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      var from = 0
      while let newline = piece.firstNewline(from: from) {
        line += 1
        from = newline + 1
        if position + from - start >= target {
          let byteCount = position + from - start
          ranges.append(.init(firstByte: start, byteCount: byteCount, firstLine: startLine))
          start = position + from
          startLine = line
        }
      }
      position += count
    }
    if position > start {
      ranges.append(.init(firstByte: start, byteCount: position - start, firstLine: startLine))
    }
    return ranges
  }
}

/// Cuts a Parquet file between row groups.
enum RowGroupCutter {
  /// Row groups of about `target` bytes together; nil for all of a file whose footer cannot be read,
  /// which its reader reports.
  static func ranges(of path: String, target: Int) -> [(groups: Range<Int>?, byteCount: Int)] {
    let whole = Folder.byteCount(of: path) ?? 0
    guard let sizes = try? ParquetReader.rowGroupByteCounts(of: path), sizes.count > 1 else {
      return [(nil, whole)]
    }
    var ranges: [(groups: Range<Int>?, byteCount: Int)] = []
    var start = 0
    var bytes = 0
    for (group, size) in sizes.enumerated() {
      // A footer may claim anything.
      bytes += min(max(size, 0), whole)
      guard bytes >= target || group + 1 == sizes.count else { continue }
      ranges.append((start..<group + 1, bytes))
      start = group + 1
      bytes = 0
    }
    return ranges
  }
}

extension UnsafeRawBufferPointer {
  /// The index of the first line feed at or behind `from`.
  func firstNewline(from: Int) -> Int? {
    guard let base = baseAddress, from < count,
      let found = memchr(base + from, 0x0a, count - from)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
