// Archives: zip by its directory, tar from front to back, and the documents in them, on any bytes.
// seeds: tools/fuzz/seeds/*.zip
// seeds: tools/fuzz/seeds/*.tar
import Corpora
import Streams

private func open(
  _ source: any ByteSource, _ name: String, _ format: CorpusFormat, _ options: ReadingOptions
) throws -> (any DocumentReader)? {
  switch format {
  case .jsonl: try JSONLinesReader(source, name: name, options: options)
  case .csv: try CSVReader(source, name: name, options: options)
  default: nil
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let zip = try? ZipReader(RandomAccessBytes(bytes), name: "z") {
    while let member = zip.next() { readAll(member.source) }
  }
  correctChecksums(&bytes)
  let tar = TarReader(BytesSource(bytes), name: "t")
  while let member = tar.next() { readAll(member.source) }
  var options = ReadingOptions()
  options.documentLimit = 1 << 16
  let reader = ArchiveReader(
    tar: BytesSource(bytes), name: "t", options: options, extract: PlainText.extract
  ) { try open($0, $1, $2, options) }
  var batch = DocumentBatch()
  while (try? reader.fill(&batch, targetTextBytes: 1000)) == true {}
  _ = reader.problems
  return 0
}

/// At most 16 MB, for bombs are read to their declared size.
private func readAll(_ source: any ByteSource) {
  withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
    var left = 1 << 24
    while left > 0, let count = try? source.read(into: buffer), count > 0 { left -= count }
  }
}

/// Random bytes would hardly ever have the right sum, and nothing behind it would be tried.
private func correctChecksums(_ bytes: inout [UInt8]) {
  for block in stride(from: 0, to: bytes.count - 511, by: 512)
  where bytes[(block + 257)..<(block + 262)].elementsEqual("ustar".utf8) {
    for place in 148..<156 { bytes[block + place] = 0x20 }
    let sum = bytes[block..<(block + 512)].reduce(0) { $0 + Int($1) }
    let octal = String(sum, radix: 8).utf8
    for (index, digit) in octal.enumerated() { bytes[block + 154 - octal.count + index] = digit }
    for place in 148..<(154 - octal.count) { bytes[block + place] = 0x30 }
    bytes[block + 154] = 0
  }
}
