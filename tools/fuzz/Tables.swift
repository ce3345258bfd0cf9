// Delimited text: the splitter, the reader of documents and the small table, on any bytes.
// seeds: Tests/Golden/*.csv
import Corpora
import Streams

/// Hands out a few bytes at a time, so that records are cut everywhere.
private final class SmallPieces: ByteSource {
  private let bytes: UnsafeRawBufferPointer
  private let size: Int
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer, size: Int) {
    self.bytes = bytes
    self.size = size
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(size, buffer.count, bytes.count - position)
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
    position += count
    return count
  }
}

/// The first byte chooses sizes and the separator; the rest is the table.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let choice = Int(start[0])
  let table = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  var counts: [Int] = []
  for size in [choice % 7 + 1, 1 << 20] {
    var options = ReadingOptions()
    options.documentLimit = choice % 3 == 0 ? 40 : 1 << 20
    let separator = UInt8(ascii: choice % 2 == 0 ? "," : "\t")
    guard
      let reader = try? CSVReader(
        SmallPieces(table, size: size), name: "t", options: options, separator: separator)
    else {
      counts.append(-1)
      continue
    }
    var batch = DocumentBatch()
    while (try? reader.fill(&batch, targetTextBytes: 100)) == true {}
    counts.append(reader.documentCount)
    counts.append(reader.problems.count)
  }
  // The same table gives the same documents, however its bytes come.
  let half = counts.count / 2
  precondition(Array(counts[..<half]) == Array(counts[half...]))
  _ = try? CSVTable(String(decoding: table, as: UTF8.self), path: "t")
  return 0
}
