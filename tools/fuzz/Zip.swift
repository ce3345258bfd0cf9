// Archives: zip by its directory, tar from front to back, and the documents in them, on any bytes.
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

/// An even first byte reads the rest as zip, an odd one as tar.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  if start[0] % 2 == 0 {
    guard let zip = try? ZipReader(RandomAccessBytes(bytes), name: "z") else { return 0 }
    while let member = zip.next() { readAll(member.source) }
    return 0
  }
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
