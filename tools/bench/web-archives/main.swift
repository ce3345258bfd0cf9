import Corpora
import Foundation
import Streams

// usage: bench-web-archives FILE.warc.gz... [--threads N] [--records] [--json]
// Reads all records of the files and takes their HTTP messages apart, each file on one thread. Rates
// are in megabytes of record content a second. With --records it prints every record instead, to be
// compared with what other readers find.

/// What one file holds.
struct Totals {
  var records = 0
  var bytes = 0
  var messages = 0
  var bodyBytes = 0
  var problems = 0
  var check: UInt64 = 0
}

func read(_ path: String) throws -> Totals {
  let records = try WARCRecords(FileSource(path), name: Folder.name(of: path))
  let http = HTTPParser()
  var totals = Totals()
  while let record = try records.next() {
    totals.records += 1
    totals.bytes += record.content.count
    var body = record.content
    if let message = http.parse(record.content) {
      totals.messages += 1
      body = message.body
    }
    totals.bodyBytes += body.count
    // Every cache line of a body is read, as a copy of it would.
    var place = 0
    while place < body.count {
      totals.check &+= UInt64(body[place])
      place += 64
    }
  }
  totals.problems = records.problems.count
  return totals
}

func printRecords(_ path: String) throws {
  let records = try WARCRecords(FileSource(path), name: Folder.name(of: path))
  while let record = try records.next() {
    let uri = record.targetURI.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    print(record.offset, record.kind.rawValue, record.content.count, uri)
  }
  for problem in records.problems.first { print("problem:", problem.kind.rawValue, problem) }
}

/// Files waiting for a thread, and what was found in those that are read.
final class Queue: @unchecked Sendable {
  private let lock = NSLock()
  private var files: [String]
  private(set) var totals = Totals()
  private(set) var fault: (any Error)?

  init(_ files: [String]) { self.files = files.reversed() }

  func work() {
    while let file = lock.withLock({ files.popLast() }) {
      do {
        let found = try read(file)
        lock.withLock {
          totals.records += found.records
          totals.bytes += found.bytes
          totals.messages += found.messages
          totals.bodyBytes += found.bodyBytes
          totals.problems += found.problems
          totals.check &+= found.check
        }
      } catch { lock.withLock { fault = error } }
    }
  }
}

func measure(_ files: [String], threads: Int) throws -> [String: any Sendable] {
  let queue = Queue(files)
  let start = ContinuousClock.now
  DispatchQueue.concurrentPerform(iterations: threads) { _ in queue.work() }
  let elapsed = ContinuousClock.now - start
  if let fault = queue.fault { throw fault }
  let seconds = Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds)
  return [
    "bench": "web archives", "files": files.count, "threads": threads,
    "records": queue.totals.records, "http_messages": queue.totals.messages,
    "record_bytes": queue.totals.bytes, "body_bytes": queue.totals.bodyBytes,
    "problems": queue.totals.problems, "check": queue.totals.check,
    "mb_per_s": Double(queue.totals.bytes) / 1e6 / seconds, "seconds": seconds,
  ]
}

do {
  var arguments = Array(CommandLine.arguments.dropFirst()).filter { $0 != "--json" }
  var threads = 1
  if let place = arguments.firstIndex(of: "--threads"), place + 1 < arguments.count {
    threads = max(Int(arguments[place + 1]) ?? 1, 1)
    arguments.removeSubrange(place...place + 1)
  }
  let listsRecords = arguments.contains("--records")
  arguments.removeAll { $0 == "--records" }
  guard !arguments.isEmpty else {
    throw Fault(.input, "no file given", expected: "bench-web-archives FILE.warc.gz")
  }
  if listsRecords {
    for path in arguments { try printRecords(path) }
  } else {
    let figures = try measure(arguments, threads: threads)
    let line = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
    print(String(decoding: line, as: UTF8.self))
  }
} catch {
  FileHandle.standardError.write(Data("bench-web-archives: error: \(error)\n".utf8))
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
