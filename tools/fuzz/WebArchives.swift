import Corpora
import Streams

// seeds: ../shared/data/warc/*/*
// Reads the bytes as a web archive, in pieces of several sizes: the records and the documents must be
// the same.

/// Bytes in memory, handed out in pieces of at most `step`.
private final class Pieces: ByteSource {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let step: Int
  private var place = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, step: Int) {
    self.bytes = bytes
    self.step = step
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, step, bytes.count - place)
    buffer.copyBytes(
      from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[place..<place + count]))
    place += count
    return count
  }
}

/// What was read, as a number.
private struct Summary: Equatable {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  var count = 0

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}

private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError(message()) }
}

private func records(_ bytes: UnsafeBufferPointer<UInt8>, step: Int) throws -> Summary {
  let reader = WARCRecords(Pieces(bytes, step: step), name: "f", recordLimit: 1 << 20)
  let http = HTTPParser()
  var summary = Summary()
  var last = -1
  while let record = try reader.next() {
    require(record.offset <= bytes.count && record.number > last, "offset or number")
    last = record.number
    summary.count += 1
    summary.add(record.content)
    summary.add(record.kind.rawValue.utf8)
    for field in 0..<record.header.count { summary.add(record.header[field].value) }
    if let message = http.parse(record.content) {
      let payload = http.payload(of: message, limit: 1 << 20)
      require(payload.bytes.count <= max(1 << 20, message.body.count), "payload over the limit")
      summary.add(payload.bytes)
    }
  }
  return summary
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  do {
    let whole = try records(bytes, step: Int.max)
    let step = count % 97 + 1
    let cut = try records(bytes, step: step)
    require(whole == cut, "\(whole) whole and \(cut) in pieces of \(step) bytes")
    var options = ReadingOptions()
    options.documentLimit = 1 << 20
    let reader = try WARCReader(
      Pieces(bytes, step: Int.max), name: "f", options: options, extract: PlainText.extract)
    var batch = DocumentBatch()
    var documents = 0
    while try reader.fill(&batch, targetTextBytes: 1 << 16) { documents += batch.count }
    require(documents <= whole.count, "more documents than records")
  } catch {
    require(false, "\(error)")
  }
  return 0
}
