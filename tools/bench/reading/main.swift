import Corpora
import Foundation
import Streams

// usage: bench-reading FILE.jsonl[.zst|.gz] [--write OUTPUT.jsonl.zst] [--json]
// Reads all documents, and writes them again where --write is given. Rates are in megabytes of
// plain JSONL a second.

func measure(_ path: String, writingTo output: String?) throws -> [String: any Sendable] {
  let start = ContinuousClock.now
  let reader = try JSONLinesReader(path)
  let writer = try output.map { try DocumentWriter($0) }
  var batch = DocumentBatch()
  var textBytes = 0
  while try reader.fill(&batch, targetTextBytes: 4_000_000) {
    textBytes += batch.textByteCount
    try writer?.write(batch)
  }
  try writer?.commit()
  let elapsed = ContinuousClock.now - start
  let seconds = Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds)
  return [
    "bench": output == nil ? "read" : "read and write", "file": Folder.name(of: path),
    "documents": reader.documentCount, "problems": reader.problems.count,
    "plain_mb_per_s": Double(reader.byteCount) / 1e6 / seconds,
    "text_mb_per_s": Double(textBytes) / 1e6 / seconds, "seconds": seconds,
  ]
}

do {
  var arguments = Array(CommandLine.arguments.dropFirst()).filter { $0 != "--json" }
  var output: String?
  if let place = arguments.firstIndex(of: "--write"), place + 1 < arguments.count {
    output = arguments[place + 1]
    arguments.removeSubrange(place...place + 1)
  }
  guard let path = arguments.first else {
    throw Fault(.input, "no file given", expected: "bench-reading FILE.jsonl.zst")
  }
  let figures = try measure(path, writingTo: output)
  let line = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
  print(String(decoding: line, as: UTF8.self))
} catch {
  FileHandle.standardError.write(Data("bench-reading: error: \(error)\n".utf8))
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
