// seeds: Tests/Golden/parquet/*.parquet
import Corpora
import Streams

/// Reads the bytes as a Parquet file, as documents and as a table, or, where they do not start like
/// one, as the single page of a file that is right otherwise: the first bytes choose its type,
/// encoding, codec and version, and whether it has a list.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  let file = bytes.starts(with: [0x50, 0x41, 0x52]) ? bytes : file(around: bytes)
  read(file)
  readTable(file)
  return 0
}

private func read(_ bytes: [UInt8]) {
  var options = ReadingOptions()
  options.documentLimit = 1 << 20
  guard let reader = try? ParquetReader(bytes: bytes, name: "fuzz", options: options) else {
    return
  }
  var batch = DocumentBatch()
  // A few bytes may stand for billions of equal rows: memory stays small, time does not.
  for _ in 0..<16 {
    guard let isFull = try? reader.fill(&batch, targetTextBytes: 1 << 18), isFull else { break }
    for i in 0..<batch.count {
      precondition(
        batch.texts.byteCount(i) > 0 && batch.texts.byteCount(i) <= options.documentLimit)
    }
    precondition(batch.texts.bytes.withUnsafeBytes(PlainText.isUTF8))
    precondition(batch.otherFields.bytes.withUnsafeBytes(PlainText.isUTF8))
  }
  precondition(reader.lostRowCount >= 0)
}

/// Lists too.
private func readTable(_ bytes: [UInt8]) {
  guard
    let reader = try? ParquetTableReader(RandomAccessBytes(bytes), name: "fuzz", byteLimit: 1 << 20)
  else { return }
  for row in 1...4096 {
    guard let values = reader.next() else { break }
    precondition(values.count == reader.columns.count && reader.row >= row)
  }
}

/// A file with two columns: `text`, with one plain value a row, and `value`, whose page is `input`
/// behind its first five bytes; nullable or a list as the third byte says.
private func file(around input: [UInt8]) -> [UInt8] {
  guard input.count >= 5 else { return input }
  let (type, encoding) = (Int(input[0] & 7), Int(input[1] % 10))
  let (codec, isOptional) = (Int(input[2] & 7), input[2] & 8 != 0)
  let isList = input[2] & 32 != 0
  let (width, rows) = (1 + Int(input[3] % 20), 1 + Int(input[4]))
  let page = Array(input[5...])
  let text = [UInt8]((0..<rows).flatMap { _ in [1, 0, 0, 0, 0x74] })

  var output = Array("PAR1".utf8)
  var starts: [Int] = []
  for (bytes, encoding, plain, isSecond) in [
    (text, 0, text.count, false),
    (page, encoding, codec == 0 ? page.count : rows * width + 64, input[2] & 16 != 0),
  ] {
    starts.append(output.count)
    var header = Thrift()
    header.integers([(1, isSecond ? 3 : 0), (2, plain), (3, bytes.count)])
    header.open(isSecond ? 8 : 5)
    if isSecond {
      header.integers([
        (1, rows), (2, 0), (3, rows), (4, encoding), (5, width), (6, isList ? width / 2 : 0),
      ])
    } else {
      header.integers([(1, rows), (2, encoding), (3, 3), (4, 3)])
    }
    output += header.bytes + [0, 0] + bytes
  }
  starts.append(output.count)
  var footer = Thrift()
  footer.integers([(1, 1)])
  footer.list(2, 3)
  footer.bytes += [0x48, 1, 0x73, 0x15, 4, 0]
  for (name, type, repetition) in [
    ("text", 6, 0), ("value", type, isList ? 2 : isOptional ? 1 : 0),
  ] {
    footer.integers([(1, type), (2, width), (3, repetition)])
    footer.bytes += [0x18, UInt8(name.utf8.count)] + Array(name.utf8) + [0]
    footer.last = 0
  }
  footer.last = 2
  footer.integers([(3, rows)], type: 6)
  footer.list(4, 1)
  footer.list(1, 2, after: 0)
  for (place, type) in [6, type].enumerated() {
    footer.open(3, after: 0)
    footer.integers([(1, type), (4, place == 0 ? 0 : codec)])
    footer.integers(
      [(5, rows), (7, starts[place + 1] - starts[place]), (9, starts[place])], type: 6)
    footer.bytes += [0, 0]
  }
  footer.last = 1
  footer.integers([(3, rows)], type: 6)
  footer.bytes += [0, 0]
  let length = UInt32(footer.bytes.count)
  output += footer.bytes + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
  return output + Array("PAR1".utf8)
}

/// Just enough of Thrift's compact protocol.
private struct Thrift {
  var bytes: [UInt8] = []
  var last = 0

  mutating func head(_ id: Int, _ type: UInt8) {
    bytes.append(UInt8(id - last) << 4 | type)
    last = id
  }

  mutating func integers(_ fields: [(Int, Int)], type: UInt8 = 5) {
    for (id, value) in fields {
      head(id, type)
      var rest = UInt64(value) << 1
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
  }

  mutating func open(_ id: Int, after previous: Int? = nil) {
    if let previous { last = previous }
    head(id, 12)
    last = 0
  }

  mutating func list(_ id: Int, _ count: Int, after previous: Int? = nil) {
    if let previous { last = previous }
    head(id, 9)
    bytes.append(UInt8(count) << 4 | 12)
    last = 0
  }
}
