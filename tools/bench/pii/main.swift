import Corpora
import Curation
import Foundation
import Streams

// Finds personal data in texts: its places for `compare.py`, or the time that it takes.
//
//     bench-pii places SPANS.json [SPANS.json …]   one line a text, offsets in code points
//     bench-pii time INPUT.jsonl [--runs N]        nanoseconds a byte on one core

struct LabelledText: Decodable {
  var full_text: String
}

struct Row: Decodable {
  var text: String
}

func printPlaces(_ paths: [String]) throws {
  let finder = try PersonalDataFinder(publicAddressesOnly: false)
  for path in paths {
    let data = Data(try InputFile.decompressedBytes(path))
    for row in try JSONDecoder().decode([LabelledText].self, from: data) {
      let text = Array(row.full_text.utf8)
      // The code points before each byte.
      var points = [0]
      points.reserveCapacity(text.count + 1)
      for byte in text { points.append(points[points.count - 1] + (byte & 0xC0 == 0x80 ? 0 : 1)) }
      let places = try text.withUnsafeBytes { try finder.find($0) }.map { place in
        #"{"kind":"\#(place.kind.rawValue)","start":\#(points[place.range.lowerBound]),"#
          + #""end":\#(points[place.range.upperBound])}"#
      }
      print("[\(places.joined(separator: ","))]")
    }
  }
}

func time(_ path: String, runs: Int) throws {
  let decoder = JSONDecoder()
  let texts = ByteColumn(
    try InputFile.decompressedBytes(path).split(separator: 10).map {
      Array(try decoder.decode(Row.self, from: Data($0)).text.utf8)
    })
  let finder = try PersonalDataFinder()
  var best = Double.infinity
  var counts: [String: Int] = [:]
  for _ in 0..<runs {
    counts = [:]
    var start = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start)
    for index in 0..<texts.count {
      for place in try texts.withBytes(index, { try finder.find($0) }) {
        counts[place.kind.rawValue, default: 0] += 1
      }
    }
    var end = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end)
    best = min(
      best, Double(end.tv_sec - start.tv_sec) * 1e9 + Double(end.tv_nsec - start.tv_nsec))
  }
  let found = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
  let perByte = (best / Double(texts.bytes.count) * 1000).rounded() / 1000
  print("\(perByte) ns a byte of \(texts.bytes.count); found \(found.joined(separator: ", "))")
}

do {
  var arguments = Array(CommandLine.arguments.dropFirst())
  var runs = 3
  if let place = arguments.firstIndex(of: "--runs"), place + 1 < arguments.count {
    runs = Int(arguments[place + 1]) ?? runs
    arguments.removeSubrange(place...place + 1)
  }
  switch arguments.first {
  case "places" where arguments.count > 1: try printPlaces(Array(arguments.dropFirst()))
  case "time" where arguments.count == 2: try time(arguments[1], runs: runs)
  default:
    throw Fault(
      .input, "bench-pii was told no job", expected: "places SPANS.json … or time INPUT.jsonl")
  }
} catch {
  FileHandle.standardError.write(Data("bench-pii: error: \(error)\n".utf8))
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
