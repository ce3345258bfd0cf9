import Corpora
import Streams

// seeds: ../shared/data/warc/*/*
// options: -max_len=20000
// Reads the bytes as a web archive, in pieces of several sizes, and again cut into gzip members: the
// records must be the same whatever the pieces.

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

/// The bytes as gzip members that are stored and not compressed, of sizes that the bytes choose.
private func members(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
  var file: [UInt8] = []
  var place = 0
  while place < bytes.count {
    let size = min(1 + Int(bytes[place]) * Int(bytes[place]), bytes.count - place, 65_535)
    let part = UnsafeBufferPointer(rebasing: bytes[place..<place + size])
    let length = [UInt8(truncatingIfNeeded: size), UInt8(truncatingIfNeeded: size >> 8)]
    file += [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1] + length + length.map { ~$0 } + part
    let check = checksum(part)
    file += (0..<4).map { UInt8(truncatingIfNeeded: check >> (8 * $0)) } + length + [0, 0]
    place += size
  }
  return file
}

/// CRC-32, as gzip has it.
private func checksum(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
  ~bytes.reduce(~UInt32(0)) { check, byte in
    (0..<8).reduce(check ^ UInt32(byte)) { value, _ in
      value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320)
    }
  }
}

private func check(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let whole = try records(bytes, step: Int.max)
  let step = bytes.count % 97 + 1
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
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  do {
    try check(bytes)
    try members(bytes).withUnsafeBufferPointer { try check($0) }
  } catch {
    require(false, "\(error)")
  }
  return 0
}
