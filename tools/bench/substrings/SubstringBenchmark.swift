import CDivSufSort
import Corpora
import Curation
import Foundation
import Runs
import Streams
import Tokenization

/// Exact-substring deduplication beside the sort alone that suffix arrays need, and beside a join of
/// all windows for the truth.
///
///     bench-substrings DOCS.jsonl [--megabytes 200] [--minimum-tokens 50 | --minimum-bytes 100]
///         [--tokenizer PATH] [--memory MEGABYTES] [--threads N] [--inputs N] [--seed N]
///         [--no-bare] [--no-join]
///
/// The corpus is the texts of DOCS with planted copies. `text` reads, tokenizes and cuts windows into
/// runs, `match` and `select` find the spans; all stages write to disk. `bare` is divsufsort on the
/// same symbols in memory, one thread, tokens as two big-endian bytes. A megabyte is 10^6 bytes; rates
/// are of symbols as they are sorted, and of text. Seconds are of the clock; `cpu` figures are of all
/// threads, and tell more on a busy machine. One JSON line a figure.
@main
struct SubstringBenchmark {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    func option(_ name: String) -> String? {
      guard let at = arguments.firstIndex(of: name), at + 1 < arguments.count else { return nil }
      defer { arguments.removeSubrange(at...at + 1) }
      return arguments[at + 1]
    }
    func number(_ name: String, _ otherwise: Int) -> Int {
      option(name).flatMap { Int($0) } ?? otherwise
    }
    let bytes = option("--minimum-bytes").flatMap { Int($0) }
    let minimum = bytes ?? number("--minimum-tokens", 50)
    let megabytes = number("--megabytes", 200)
    let memory = number("--memory", 1024) * 1_000_000
    let (threads, inputs) = (number("--threads", 1), number("--inputs", 2))
    let seed = number("--seed", 1)
    let tokenizerPath = option("--tokenizer")
    let (bare, join) = (!arguments.contains("--no-bare"), !arguments.contains("--no-join"))
    arguments.removeAll { $0.hasPrefix("--no-") }
    guard let path = arguments.first else {
      FileHandle.standardError.write(Data("usage: bench-substrings DOCS.jsonl [options]\n".utf8))
      exit(2)
    }
    let corpus = try PlantedCorpus(path, megabytes: megabytes, seed: UInt64(seed))
    let symbols: SubstringSettings.Symbols =
      bytes == nil ? .tokens(try tokenizer(tokenizerPath, corpus)) : .bytes
    let settings = try SubstringSettings(symbols: symbols, minimum: minimum, memory: memory)
    let run = SubstringRun(corpus: corpus, settings: settings, threads: threads, inputs: inputs)
    let times = try run.measure()
    if bare { try run.compareWithSort(times) }
    if join { try run.compareWithJoin() }
  }

  private static func tokenizer(
    _ path: String?, _ corpus: PlantedCorpus
  ) throws -> BytePairTokenizer {
    if let path { return try BytePairTokenizer(path: path) }
    let counts = try PretokenCounts()
    for index in 0..<corpus.texts.count where counts.byteCount < 20_000_000 {
      try corpus.texts.withBytes(index) { try counts.count($0) }
    }
    return try BytePairTrainer(vocabularyCount: 32_768).train(counts)
  }
}

struct SubstringRun {
  let corpus: PlantedCorpus
  let settings: SubstringSettings
  let threads: Int
  let inputs: Int

  private var folder: String { NSTemporaryDirectory() + "bench-substrings-\(getpid())" }
  private var texts: ByteColumn { corpus.texts }

  /// The documents of an input.
  private func documents(of input: Int) -> Range<Int> {
    texts.count * input / inputs..<texts.count * (input + 1) / inputs
  }

  func report(_ figure: String, _ values: [String: Any]) throws {
    let line = values.merging(["figure": figure]) { $1 }
    let json = try JSONSerialization.data(
      withJSONObject: line, options: [.sortedKeys, .withoutEscapingSlashes])
    FileHandle.standardOutput.write(json + Data("\n".utf8))
  }

  private func stages() throws -> SubstringStages {
    SubstringStages(
      settings,
      runner: TaskRunner(
        run: try RunFolder(folder), threads: threads, progress: ProgressLine(quiet: true)),
      inputs: (0..<inputs).map { "input \($0)" },
      sizes: (0..<inputs).map { texts.offsets[documents(of: $0).upperBound] / inputs },
      textBytes: texts.bytes.count)
  }

  /// Seconds of the clock and of all threads.
  struct Time {
    var clock = 0.0
    var cpu = 0.0

    static func + (a: Time, b: Time) -> Time { Time(clock: a.clock + b.clock, cpu: a.cpu + b.cpu) }

    init(clock: Double = 0, cpu: Double = 0) {
      self.clock = clock
      self.cpu = cpu
    }

    init(of body: () throws -> Void) rethrows {
      let (start, before) = (ContinuousClock.now, SubstringRun.usage)
      try body()
      clock = Double((ContinuousClock.now - start) / .nanoseconds(1)) * 1e-9
      let after = SubstringRun.usage
      func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
      cpu =
        seconds(after.ru_utime) + seconds(after.ru_stime) - seconds(before.ru_utime)
        - seconds(before.ru_stime)
    }
  }

  private static var usage: rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }

  /// Runs the stages and returns the time of each.
  func measure() throws -> [String: Time] {
    try report(
      "corpus",
      [
        "documents": texts.count, "bytes": texts.bytes.count, "planted": corpus.plantedCopies,
        "planted_bytes": corpus.plantedBytes,
      ])
    let stages = try stages()
    let (texts, ranges) = (texts, (0..<inputs).map { documents(of: $0) })
    let read: InputTexts = { input, body in
      var batch = ByteColumn()
      for index in ranges[input] {
        texts.withBytes(index) { batch.append($0) }
        if batch.bytes.count >= 4_000_000 || index == ranges[input].upperBound - 1 {
          try body(batch)
          batch = ByteColumn()
        }
      }
    }
    var times: [String: Time] = [:]
    for stage in SubstringStages.Stage.allCases {
      let time = try Time { try stages.run(stage, texts: read) }
      times[stage.rawValue] = time
      try report(
        "stage " + stage.rawValue,
        [
          "seconds": time.clock, "cpu_seconds": time.cpu, "threads": threads,
          "text_mb_s": Double(texts.bytes.count) / time.clock / 1e6,
        ])
    }
    let found = try stages.found()
    try report(
      "found",
      [
        "symbols": found.symbols, "spans": found.spans, "removed_bytes": found.removedBytes,
        "removed_symbols": found.removedSymbols, "repeated_windows": found.repeatedWindows,
        "documents": found.editedDocuments, "minimum": settings.minimum,
        "most_frequent": found.frequent.first?.copies ?? 0,
        "work_bytes_per_text_byte": Double(found.workBytes) / Double(max(1, found.textBytes)),
        "memory": settings.memory, "peak_resident_mb": Self.peakResident,
      ])
    return times
  }

  private static var peakResident: Double { Double(usage.ru_maxrss) / 1000 }

  // MARK: The sort alone

  func compareWithSort(_ times: [String: Time]) throws {
    var sorted: [UInt8] = []
    switch settings.symbols {
    case .bytes: sorted = texts.bytes
    case .tokens:
      try forEachText { _, symbols in
        for symbol in symbols {
          sorted.append(UInt8(truncatingIfNeeded: symbol >> 8))
          sorted.append(UInt8(truncatingIfNeeded: symbol))
        }
      }
    }
    var array = [Int32](repeating: 0, count: sorted.count)
    var code: Int32 = 0
    let bare = Time { code = divsufsort(&sorted, &array, Int32(sorted.count)) }
    guard code == 0 else {
      throw Fault(.failure, "the sort failed", found: "\(sorted.count) bytes")
    }
    let whole = times.values.reduce(Time(), +)
    let text = times["text"] ?? Time()
    let rate = Double(sorted.count) / 1e6
    try report(
      "bare",
      [
        "seconds": bare.clock, "cpu_seconds": bare.cpu, "mb_s": rate / bare.clock,
        "bytes": sorted.count,
      ])
    try report(
      "ratio",
      [
        "all_stages_mb_s": rate / whole.clock, "bare_mb_s": rate / bare.clock,
        "all_stages_to_bare": bare.clock / whole.clock,
        "all_stages_to_bare_cpu": bare.cpu / whole.cpu,
        "search_to_bare": bare.clock / (whole.clock - text.clock),
        "search_to_bare_cpu": bare.cpu / (whole.cpu - text.cpu), "threads": threads,
      ])
  }

  // MARK: The truth

  private func forEachText(_ body: (_ document: Int, [UInt32]) throws -> Void) throws {
    let scratch = EncoderScratch()
    for document in 0..<texts.count {
      switch settings.symbols {
      case .bytes: try body(document, texts[document].map { UInt32($0) })
      case .tokens(let tokenizer):
        try body(
          document,
          texts.withBytes(document) { tokenizer.encode($0, scratch: scratch) { Array($0) } })
      }
    }
  }

  /// Compares every span with the join of all windows.
  func compareWithJoin() throws {
    var symbols: [UInt32] = []
    var ends: [Int] = []
    try forEachText {
      symbols += $1
      ends.append(symbols.count)
    }
    let start = ContinuousClock.now
    let ranges = WindowJoin(symbols: symbols, ends: ends, length: settings.minimum).ranges()
    let time = Double((ContinuousClock.now - start) / .nanoseconds(1)) * 1e-9
    let expected = try spans(of: ranges, symbols, ends)
    var found: [[Int]] = []
    for input in 0..<inputs {
      let first = documents(of: input).lowerBound
      let table = try ColumnFile.read(folder + "/" + SubstringStages.spansFile(input))
      for span in try RemovedSpans(table).spans {
        let kept = span.kept.map {
          [documents(of: Int($0.document.task)).lowerBound + Int($0.document.ordinal), $0.byte]
        }
        found.append(
          [first + span.ordinal, span.bytes.lowerBound, span.bytes.upperBound] + (kept ?? []))
      }
    }
    try report(
      "join",
      [
        "seconds": time, "spans": expected.count, "equal": found == expected,
        "differing": zip(found, expected).count { $0 != $1 } + abs(found.count - expected.count),
      ])
    try Folder.remove(folder)
  }

  /// Document, first byte, end, and document and byte of the copy that stays.
  private func spans(
    of ranges: [WindowJoin.Range], _ symbols: [UInt32], _ ends: [Int]
  ) throws -> [[Int]] {
    func bytes(_ document: Int, _ count: Int) throws -> Int {
      guard case .tokens(let tokenizer) = settings.symbols else { return count }
      let start = document == 0 ? 0 : ends[document - 1]
      return try symbols[start..<start + count].reduce(0) {
        $0 + (try tokenizer.bytes(of: $1).count)
      }
    }
    return try ranges.compactMap { range in
      let text = Array(texts[range.document])
      let from = try bytes(range.document, range.symbols.lowerBound)
      var (start, end) = (from, try bytes(range.document, range.symbols.upperBound))
      while start < end, text[start] & 0xC0 == 0x80 { start += 1 }
      while end > start, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
      guard start < end else { return nil }
      let kept = try bytes(range.keptDocument, range.keptSymbol)
      return [range.document, start, end, range.keptDocument, kept + start - from]
    }
  }
}
