import Corpora
import Curation
import Foundation
import Streams

// Rate, recall and false positives of decontamination against all evaluation sets at once.
//
//     bench-decontamination --json --evaluation DATA/eval --clean DATA/text --documents FILE
//
// One figure a line. Recall: items planted into prose, as they are and changed. False positives: clean
// texts, cut into a half on which limits may be tuned and one on which they may not.

struct Arguments {
  var json = false
  var evaluation = ""
  var clean = ""
  var documents: String?
  var method = ContaminationSettings.Method.ngram
  var items = 4000
  var settings = ContaminationSettings()

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      switch name {
      case "--json": json = true
      case "--evaluation": evaluation = rest.popFirst() ?? ""
      case "--clean": clean = rest.popFirst() ?? ""
      case "--documents": documents = rest.popFirst()
      case "--items": items = rest.popFirst().flatMap { Int($0) } ?? items
      case "--bits":
        settings.evidenceBits = rest.popFirst().flatMap { Double($0) } ?? settings.evidenceBits
      case "--words": settings.words = rest.popFirst().flatMap { Int($0) } ?? settings.words
      case "--overlap":
        settings.overlap = rest.popFirst().flatMap { Double($0) } ?? settings.overlap
      case "--method":
        settings.method =
          rest.popFirst().flatMap(ContaminationSettings.Method.init) ?? settings.method
      default: print("unknown argument: \(name)")
      }
    }
  }
}

struct Figure {
  var name: String
  var value: Double
  var unit: String
  var detail: String = ""

  func show(json: Bool) {
    if json {
      let detail = detail.isEmpty ? "" : ",\"detail\":\"\(detail)\""
      print("{\"figure\":\"\(name)\",\"value\":\(value),\"unit\":\"\(unit)\"\(detail)}")
    } else {
      print("\(name)  \(value) \(unit)  \(detail)")
    }
  }
}

func texts(_ path: String) throws -> [String] {
  if path.contains(".txt") {
    let text = String(decoding: try InputFile.decompressedBytes(path), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return stride(from: 0, to: lines.count, by: 60).map {
      lines[$0..<min($0 + 60, lines.count)].joined(separator: "\n")
    }
  }
  let reader = try DocumentFile.open(path)
  var batch = DocumentBatch()
  var found: [String] = []
  while try reader.fill(&batch, targetTextBytes: 4_000_000) {
    found += (0..<batch.count).map { batch.texts.string($0) }
  }
  return found
}

func findings(_ finder: ContaminationFinder, _ text: String) -> [ContaminationFinding] {
  var text = text
  return text.withUTF8 { finder.findings(in: UnsafeRawBufferPointer($0)) }
}

let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
let paths = try Folder.files(under: arguments.evaluation).map { arguments.evaluation + "/" + $0 }
let setReader = EvaluationSetReader(try BenchmarkCatalog.builtIn())
let start = ContinuousClock.now
let sets = try paths.sorted().map { try setReader.read($0) }
let read = ContinuousClock.now
let indexes = try EvaluationIndexes(sets.map(\.set), settings: arguments.settings)
let built = ContinuousClock.now
let finder = indexes.finder()
if !arguments.json {
  for set in sets {
    print(
      "\(set.set.name): \(set.set.items.count) items, \(set.recognised): "
        + (set.fields.first?.summary ?? ""))
  }
}
func show(_ name: String, _ value: Double, _ unit: String, _ detail: String = "") {
  Figure(name: name, value: value, unit: unit, detail: detail).show(json: arguments.json)
}
func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
show("reading the sets", seconds(read - start), "s")
show("making the index", seconds(built - read), "s", "\(indexes.seedCount) seeds")

// MARK: Rate

if let documents = arguments.documents {
  let reader = try DocumentFile.open(documents)
  var batch = DocumentBatch()
  var (bytes, spent, busy, found, count) = (0, Duration.zero, 0, 0, 0)
  while try reader.fill(&batch, targetTextBytes: 4_000_000) {
    let begin = ContinuousClock.now
    let beginCPU = clock()
    for index in 0..<batch.count {
      let one = batch.texts.withBytes(index) { finder.findings(in: $0) }
      found += one.contains { $0.decides } ? 1 : 0
    }
    spent += ContinuousClock.now - begin
    busy += clock() - beginCPU
    bytes += batch.textByteCount
    count += batch.count
  }
  show(
    "rate", Double(bytes) / 1e6 / seconds(spent), "MB/s",
    "\(bytes) bytes, \(count) documents, \(found) contaminated")
  // What other processes take of the core is not in it.
  show(
    "rate by processor time", Double(bytes) / Double(busy) * Double(CLOCKS_PER_SEC) / 1e6, "MB/s")
}

// MARK: False positives

guard !arguments.clean.isEmpty else { exit(0) }
let clean = try Folder.files(under: arguments.clean).sorted().filter {
  ["prose_", "wikitext2_valid", "math_"].contains(where: $0.contains)
}
var prose: [String] = []
for (half, name) in ["tuning half", "test half"].enumerated() {
  var (documents, wrong) = (0, 0)
  var shown: [String] = []
  for path in clean {
    for (place, text) in try texts(arguments.clean + "/" + path).enumerated()
    where place % 2 == half {
      documents += 1
      if half == 1, path.contains("prose_"), prose.count < 400 { prose.append(text) }
      for found in findings(finder, text) where found.decides {
        wrong += 1
        let passage = String(decoding: Array(text.utf8)[found.bytes], as: UTF8.self)
        let item = sets[found.set].set.items[found.item]
        shown.append(
          "\(path) \(place) \(sets[found.set].set.name) \(item.id) \(found.kind): "
            + passage.replacing("\n", with: " "))
      }
    }
  }
  show("false positives, \(name)", Double(wrong), "findings", "\(documents) documents")
  if !arguments.json { for line in shown.prefix(40) { print("  " + line) } }
}

// MARK: Recall

let changes: [(String, (String) -> String)] = [
  ("verbatim", { $0 }),
  ("upper case", { $0.uppercased() }),
  ("title case", { $0.capitalized }),
  ("punctuation deleted", { $0.filter { !($0.isASCII && ($0.isPunctuation || $0.isSymbol)) } }),
  (
    "all but word characters deleted",
    {
      $0.filter {
        $0.isLetter || $0.isNumber || $0.isWhitespace || $0 == "_"
      }
    }
  ),
  (
    "punctuation as spaces",
    { String($0.map { $0.isASCII && ($0.isPunctuation || $0.isSymbol) ? " " : $0 }) }
  ),
  (
    "white space changed",
    { text in
      var place = 0
      return String(
        text.flatMap { letter -> [Character] in
          guard letter.isWhitespace else { return [letter] }
          place += 1
          return [["\n"], [" ", " "], ["\t"], [" "], ["\u{a0}"], [" ", "\n", " "]][place % 6]
        })
    }
  ),
  (
    "typographic",
    {
      $0.replacing("'", with: "\u{2019}").replacing("\"", with: "\u{201d}")
        .replacing("-", with: "\u{2013}").replacing("...", with: "\u{2026}")
    }
  ),
  (
    "commas added, case mixed, marks lost",
    { text in
      text.split(separator: " ", omittingEmptySubsequences: false).enumerated().map {
        place, word in
        var word = String(word)
        if place % 3 == 0 { word = word.uppercased() }
        if place % 4 == 1 { word += "," }
        if place % 2 == 0 { word = word.filter { !",.;:!?'".contains($0) } }
        return word
      }.joined(separator: "  ")
    }
  ),
]

let all = sets.enumerated().flatMap { set, read in
  read.set.items.indices.map { (set: set, item: $0) }
}
let step = max(1, all.count / arguments.items)
for (name, change) in changes {
  for isWhole in [true, false] {
    var (planted, found) = (0, 0)
    var missed: [String: Int] = [:]
    var shown: [String] = []
    for (number, place) in all.enumerated() where number % step == 0 {
      let item = sets[place.set].set.items[place.item]
      let parts =
        isWhole ? item.parts : item.parts.filter { $0.kind == .question }.prefix(1).map { $0 }
      let text = change(parts.map(\.text).joined(separator: "\n"))
      let carrier = prose[number % prose.count]
      let front = carrier.prefix(600)
      let document = front + "\n\n" + text + "\n\n" + carrier.suffix(300)
      planted += 1
      let isFound = findings(finder, String(document)).contains {
        $0.decides
          && ($0.set == place.set && $0.item == place.item
            || sets[$0.set].set.items[$0.item].parts.first == item.parts.first)
      }
      if isFound {
        found += 1
      } else {
        missed[sets[place.set].set.name, default: 0] += 1
        shown.append(
          "\(sets[place.set].set.name): " + text.prefix(160).replacing("\n", with: " | "))
      }
    }
    let detail = missed.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    show(
      "recall, \(isWhole ? "items" : "questions alone"), \(name)",
      (Double(found) / Double(planted) * 1e5).rounded() / 1000, "%",
      "\(planted) planted; missed: \(detail.joined(separator: ", "))")
    if !arguments.json, name == "verbatim" || isWhole {
      for line in shown.prefix(isWhole ? 12 : 5) { print("    " + line) }
    }
  }
}
