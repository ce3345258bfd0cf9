// JSON lines: the kernel for plain lines and simdjson beside each other, on any bytes.
// seeds: tools/fuzz/seeds/*.jsonl
// options: -max_len=8192
import Corpora
import Streams

/// Hands out a few bytes at a time, so that lines are cut everywhere.
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

private func read(
  _ bytes: UnsafeRawBufferPointer, piece: Int, _ options: ReadingOptions
) -> (documents: DocumentBatch, problems: ReadingProblems)? {
  guard
    let reader = try? JSONLinesReader(
      SmallPieces(bytes, size: piece), name: "f", options: options)
  else { return nil }
  var batch = DocumentBatch()
  _ = try? reader.fill(&batch, targetTextBytes: 1 << 30)
  return (batch, reader.problems)
}

/// The first byte chooses sizes; the rest is the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let choice = Int(start[0])
  let file = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  var options = ReadingOptions()
  options.documentLimit = choice % 5 == 0 ? 60 : 1 << 20
  guard let plain = read(file, piece: 1 << 20, options),
    let pieces = read(file, piece: choice % 11 + 1, options)
  else { return 0 }
  // A path into an object turns the kernel off.
  options.fields.source = "no.such"
  guard let full = read(file, piece: 1 << 20, options) else { return 0 }
  precondition(plain == pieces)
  // Without the kernel `source` is a field like any other.
  precondition(plain.documents.texts == full.documents.texts)
  precondition(plain.documents.ids == full.documents.ids)
  precondition(plain.documents.metadata == full.documents.metadata)
  precondition(plain.documents.carriedAttributes == full.documents.carriedAttributes)
  // What was read can be written, and reads back as itself.
  options.fields.source = "source"
  options.documentLimit = 1 << 24
  for index in 0..<plain.documents.count {
    let line = plain.documents.line(index)
    let again = line.withUnsafeBytes { read($0, piece: 1 << 20, options) }
    precondition(again?.documents.count == 1)
    precondition(again?.documents[0] == plain.documents[index])
    precondition(again?.documents.otherFields[0] == plain.documents.otherFields[index])
  }
  return 0
}
