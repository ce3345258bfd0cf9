import Corpora
import Foundation
import Streams
import Synchronization

// usage: bench-tables FILE.csv|FILE.tsv [--threads N] [--json]
// Reads all documents of a table into batches; with --threads, N readers read the file at once.
// Rates are in megabytes of the table a second, all readers together.

struct Count: Sendable {
  var documents = 0
  var problems = 0
  var bytes = 0
}

func read(_ path: String) throws -> Count {
  let isTabs = CorpusFormat(path: path) == .tsv
  let reader = try CSVReader(
    InputFile.open(path), name: path, separator: UInt8(ascii: isTabs ? "\t" : ","))
  var batch = DocumentBatch()
  var count = Count()
  while try reader.fill(&batch, targetTextBytes: 4_000_000) { count.documents += batch.count }
  count.problems = reader.problems.count
  count.bytes = reader.byteCount
  return count
}

func measure(_ path: String, threads: Int) throws -> [String: any Sendable] {
  let counts = Mutex<[Result<Count, any Error>]>([])
  let start = ContinuousClock.now
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    let result = Result { try read(path) }
    counts.withLock { $0.append(result) }
  }
  let elapsed = ContinuousClock.now - start
  let seconds = Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds)
  let all = try counts.withLock { try $0.map { try $0.get() } }
  let bytes = all.reduce(0) { $0 + $1.bytes }
  return [
    "bench": "tables", "file": Folder.name(of: path), "threads": threads,
    "documents": all.reduce(0) { $0 + $1.documents },
    "problems": all.reduce(0) { $0 + $1.problems },
    "mb_per_s": Double(bytes) / 1e6 / seconds, "seconds": seconds,
  ]
}

do {
  var arguments = Array(CommandLine.arguments.dropFirst()).filter { $0 != "--json" }
  var threads = 1
  if let place = arguments.firstIndex(of: "--threads"), place + 1 < arguments.count {
    threads = max(1, Int(arguments[place + 1]) ?? 1)
    arguments.removeSubrange(place...place + 1)
  }
  guard let path = arguments.first else {
    throw Fault(.input, "no file given", expected: "bench-tables FILE.csv")
  }
  let figures = try measure(path, threads: threads)
  let line = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
  print(String(decoding: line, as: UTF8.self))
} catch {
  FileHandle.standardError.write(Data("bench-tables: error: \(error)\n".utf8))
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
