import Corpora
import Foundation
import Runs
import Streams

// usage: bench-parquet FILE.parquet [--threads N] [--repeat N] [--all] [--write OUT.parquet] [--json]
// Reads the text and the id of all documents, with --all every column; with --write reads every
// column into memory and then writes it. Rates are in megabytes of text a second, the best of the
// repeats.

struct Settings {
  var path = ""
  var threads = 1
  var repeats = 3
  var allColumns = false
  var output: String?

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--threads": threads = try Settings.number(&rest, argument)
      case "--repeat": repeats = try Settings.number(&rest, argument)
      case "--all": allColumns = true
      case "--write":
        output = rest.popFirst()
        allColumns = true
      case "--json": break
      default: path = argument
      }
    }
    if path.isEmpty {
      throw Fault(.input, "no file given", expected: "bench-parquet FILE.parquet")
    }
  }

  private static func number(_ rest: inout ArraySlice<String>, _ name: String) throws -> Int {
    guard let number = rest.popFirst().flatMap({ Int($0) }), number > 0 else {
      throw Fault(.input, "\(name) needs a number")
    }
    return number
  }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure(body)
  return Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds)
}

struct Count: Sendable {
  var textBytes = 0
  var documents = 0
  var problems = 0
}

func read(
  _ settings: Settings, _ rowGroups: Range<Int>?, _ body: (DocumentBatch) -> Void = { _ in }
) throws -> Count {
  var options = ReadingOptions()
  options.readsOtherFields = settings.allColumns
  if !settings.allColumns {
    options.fields.source = ""
    options.fields.url = ""
    options.fields.metadata = ""
  }
  let reader = try ParquetReader(settings.path, options: options, rowGroups: rowGroups)
  var (batch, count) = (DocumentBatch(), Count())
  while try reader.fill(&batch, targetTextBytes: 4_000_000) {
    count.textBytes += batch.textByteCount
    body(batch)
  }
  count.documents = reader.documentCount
  count.problems = reader.problems.count
  return count
}

func readAll(_ settings: Settings) throws -> Count {
  if settings.threads == 1 { return try read(settings, nil) }
  let groups = try ParquetReader.rowGroupByteCounts(of: settings.path).count
  let counts = try concurrentMap(groups, threads: settings.threads) {
    try read(settings, $0..<$0 + 1)
  }
  return counts.reduce(into: Count()) {
    $0.textBytes += $1.textBytes
    $0.documents += $1.documents
    $0.problems += $1.problems
  }
}

func write(_ batches: [DocumentBatch], _ output: String) throws {
  let writer = try DocumentWriter(output)
  for batch in batches { try writer.write(batch) }
  try writer.commit()
}

do {
  let settings = try Settings(Array(CommandLine.arguments.dropFirst()))
  var (best, count) = (Double.infinity, Count())
  if let output = settings.output {
    var batches: [DocumentBatch] = []
    count = try read(settings, nil) { batches.append($0) }
    for _ in 0..<settings.repeats {
      best = min(best, try seconds { try write(batches, output) })
    }
  } else {
    for _ in 0..<settings.repeats {
      best = min(best, try seconds { count = try readAll(settings) })
    }
  }
  let figures: [String: any Sendable] = [
    "bench": settings.output == nil ? "read parquet" : "write parquet",
    "file": Folder.name(of: settings.path), "threads": settings.threads,
    "documents": count.documents, "problems": count.problems, "seconds": best,
    "text_mb_per_s": Double(count.textBytes) / 1e6 / best,
  ]
  let line = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
  print(String(decoding: line, as: UTF8.self))
} catch {
  FileHandle.standardError.write(Data("bench-parquet: error: \(error)\n".utf8))
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
