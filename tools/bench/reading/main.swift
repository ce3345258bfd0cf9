import CZstd
import Corpora
import Foundation
import Streams
import Synchronization

// usage: bench-reading FILE.jsonl.zst... [--rounds N] [--write SCRATCH.jsonl.zst] [--cpu] [--json]
// Reads all documents of the files, one thread a file, beside the bare decompression of the same
// files; with --write one file's documents are written again, beside the bare compression of the
// same bytes at level 3. The jobs take turns. Rates are in megabytes of plain JSON lines a second:
// the median of the rounds. --cpu counts processor time instead of wall time, for a busy machine.

/// Decompresses and throws away: what no reader can beat. Returns the plain bytes.
func decode(_ path: String) throws -> Int {
  let source = try InputFile.open(path)
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
  defer { buffer.deallocate() }
  var total = 0
  while true {
    let count = try source.read(into: buffer)
    if count == 0 { return total }
    total += count
  }
}

/// Reads all documents and returns the plain bytes.
func read(_ path: String) throws -> Int {
  let reader = try JSONLinesReader(path)
  var batch = DocumentBatch()
  while try reader.fill(&batch, targetTextBytes: 1_000_000) {}
  return reader.byteCount
}

/// All documents in memory.
func batches(_ path: String) throws -> [DocumentBatch] {
  let reader = try JSONLinesReader(path)
  var batches: [DocumentBatch] = []
  var batch = DocumentBatch()
  while try reader.fill(&batch, targetTextBytes: 1_000_000) { batches.append(batch) }
  return batches
}

func compress(_ plain: [UInt8]) throws -> Int {
  guard let context = ZSTD_createCCtx() else { throw Fault(.failure, "out of memory") }
  defer { ZSTD_freeCCtx(context) }
  let bound = ZSTD_compressBound(plain.count)
  let output = UnsafeMutableRawPointer.allocate(byteCount: bound, alignment: 64)
  defer { output.deallocate() }
  let size = plain.withUnsafeBytes {
    ZSTD_compressCCtx(context, output, bound, $0.baseAddress, $0.count, 3)
  }
  guard ZSTD_isError(size) == 0 else { throw Fault(.failure, "zstd cannot compress") }
  return plain.count
}

func write(_ batches: [DocumentBatch], to path: String) throws {
  let writer = try DocumentWriter(path)
  for batch in batches { try writer.write(batch) }
  try writer.commit()
}

/// Megabytes a second of one job over all files, one thread a file.
func rate(_ files: [String], _ job: @Sendable @escaping (String) throws -> Int) throws -> Double {
  let bytes = Mutex(0)
  let failure = Mutex<(any Error)?>(nil)
  let start = now()
  DispatchQueue.concurrentPerform(iterations: files.count) { index in
    do {
      let count = try job(files[index])
      bytes.withLock { $0 += count }
    } catch { failure.withLock { $0 = error } }
  }
  if let error = failure.withLock({ $0 }) { throw error }
  return bytes.withLock { Double($0) } / 1e6 / (now() - start)
}

let countsProcessorTime = CommandLine.arguments.contains("--cpu")

/// Seconds.
func now() -> Double {
  var time = timespec()
  clock_gettime(countsProcessorTime ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func main() throws {
  var arguments = Array(CommandLine.arguments.dropFirst())
  func value(_ flag: String) -> String? {
    guard let place = arguments.firstIndex(of: flag), place + 1 < arguments.count else {
      return nil
    }
    defer { arguments.removeSubrange(place...place + 1) }
    return arguments[place + 1]
  }
  let rounds = max(1, value("--rounds").flatMap { Int($0) } ?? 3)
  let scratch = value("--write")
  arguments.removeAll { ["--json", "--cpu"].contains($0) }
  guard let first = arguments.first else {
    throw Fault(.input, "no file given", expected: "bench-reading FILE.jsonl.zst")
  }
  var rates: [String: [Double]] = [:]
  let documents = try scratch.map { _ in try batches(first) } ?? []
  let plain = try scratch.map { _ in try InputFile.decompressedBytes(first) } ?? []
  for _ in 0..<rounds {
    rates["decompression", default: []].append(try rate(arguments, decode))
    rates["reading", default: []].append(try rate(arguments, read))
    guard let scratch else { continue }
    rates["compression", default: []].append(
      try rate([first]) { _ in try compress(plain) })
    rates["writing", default: []].append(
      try rate([first]) { _ in
        try write(documents, to: scratch)
        return plain.count
      })
  }
  var figures: [String: any Sendable] = ["bench": "reading", "threads": arguments.count]
  for (name, values) in rates { figures[name + "_mb_per_s"] = median(values) }
  for (ours, bare) in [("reading", "decompression"), ("writing", "compression")] {
    if let a = rates[ours], let b = rates[bare] { figures[ours + "_ratio"] = median(a) / median(b) }
  }
  let line = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
  print(String(decoding: line, as: UTF8.self))
}

do { try main() } catch {
  FileHandle.standardError.write(Data("bench-reading: error: \(error)\n".utf8))
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
