import Corpora
import Runs
import Streams
import TextKernels

/// Finds the repeated windows of one bucket of grams.
///
/// What does not fit the memory is done in halves of the hashes, again and again: equal grams and
/// equal windows have equal hashes, so that no half needs the other.
final class RepeatSearch {
  struct Counts {
    /// Runs of the bucket, and those of them whose gram came more than once.
    var runs = 0
    var candidateRuns = 0
    /// Windows of those, and the distinct ones among them that came more than once.
    var candidateWindows = 0
    var repeatedWindows = 0
  }

  private let settings: SubstringSettings
  private let corpus: SubstringCorpus
  private let pieces: [symbol_piece]
  private let bucket: Int
  private let memory: Int
  private let output: RepeatSectionWriter
  private(set) var counts = Counts()
  private var frequent = FrequentRepeats()
  private var selected: [window_run] = []

  /// - Parameter memory: bytes that the tables may take.
  init(
    bucket: Int, _ corpus: SubstringCorpus, settings: SubstringSettings, memory: Int,
    output: RepeatSectionWriter
  ) {
    self.settings = settings
    self.corpus = corpus
    self.bucket = bucket
    self.memory = memory
    self.output = output
    pieces = zip(corpus.texts, corpus.bases).map {
      symbol_piece(symbols: $0.symbols.baseAddress, first: UInt64($1))
    }
  }

  /// The most frequent windows, for the stage that shows them.
  func frequentTable() -> ColumnTable {
    frequent.trim()
    return frequent.table
  }

  func run() throws { try searchGrams(HashShare.whole) }

  // MARK: Grams

  private func searchGrams(_ share: HashShare) throws {
    let table = GramTable()
    var fits = true
    try forEachBlock { _, runs in
      if share.isWhole { counts.runs += runs.count }
      for start in stride(from: 0, to: runs.count, by: Self.step) where fits {
        let part = UnsafeBufferPointer(rebasing: runs[start..<min(start + Self.step, runs.count)])
        fits = table.makeRoom(for: part.count, memory: share.canSplit ? memory / 2 : .max)
        if fits { gram_table_add(&table.table, share.share, part.baseAddress, part.count) }
      }
    }
    guard fits else {
      for half in share.halves { try searchGrams(half) }
      return
    }
    try searchWindows(HashShare.whole, table, share)
  }

  /// Runs that are taken at once.
  private static let step = 4096

  private func forEachBlock(
    _ body: (_ file: Int, UnsafeBufferPointer<window_run>) throws -> Void
  ) throws {
    for (file, blocks) in corpus.blocks.enumerated() {
      try blocks.forEachBlock(of: bucket) {
        try Interruption.check()
        try body(file, $0)
      }
    }
  }

  /// The runs whose gram came more than once, in order of place.
  private func forEachCandidate(
    _ grams: GramTable, _ share: HashShare, _ body: (_ file: Int, window_run) throws -> Void
  ) throws {
    try forEachBlock { file, runs in
      for start in stride(from: 0, to: runs.count, by: Self.step) {
        let part = runs[start..<min(start + Self.step, runs.count)]
        selected.removeAll(keepingCapacity: true)
        selected.append(addingCapacity: part.count) { span in
          span.withUnsafeMutableBufferPointer { buffer, count in
            let part = UnsafeBufferPointer(rebasing: part)
            count = gram_table_select(
              &grams.table, share.share, part.baseAddress, part.count, buffer.baseAddress)
          }
        }
        for run in selected {
          guard run.first + run.count + settings.minimum - 1 <= corpus.texts[file].count else {
            throw Fault(
              .input, "stored runs do not fit the stored symbols",
              found: "a window at \(run.first) of \(corpus.texts[file].count) symbols",
              hint: "remove the output folder and start again")
          }
          try body(file, run)
        }
      }
    }
  }

  // MARK: Windows

  private func searchWindows(
    _ share: HashShare, _ grams: GramTable, _ gramShare: HashShare
  ) throws {
    var fits = true
    let isWhole = share.isWhole
    try pieces.withUnsafeBufferPointer { pieces in
      let table = WindowTable(settings, pieces: pieces, share: share)
      try forEachCandidate(grams, gramShare) { file, run in
        if isWhole {
          counts.candidateRuns += 1
          counts.candidateWindows += run.count
        }
        for part in parts(of: run) where fits {
          fits = table.makeRoom(for: part.count, memory: share.canSplit ? memory / 2 : .max)
          guard fits else { break }
          window_table_add(
            &table.table, file, UInt64(corpus.bases[file] + part.lowerBound), part.count)
        }
      }
      guard fits else { return }
      try forEachCandidate(grams, gramShare) { file, run in
        for part in parts(of: run) {
          try output.write(upTo: part.count) {
            window_table_find(
              &table.table, file, UInt64(corpus.bases[file] + part.lowerBound), part.count,
              settings.removal == .all, $0)
          }
        }
      }
      try output.endSection()
      counts.repeatedWindows += table.collect(into: &frequent)
    }
    if fits { return }
    for half in share.halves { try searchWindows(half, grams, gramShare) }
  }

  /// A run of many windows in parts, so that a table need not grow by all of them at once.
  private func parts(of run: window_run) -> [Range<Int>] {
    let length = max(Self.step, settings.minimum)
    if run.count <= length { return [run.first..<run.first + run.count] }
    return stride(from: 0, to: run.count, by: length).map {
      run.first + $0..<run.first + min($0 + length, run.count)
    }
  }
}

/// Some of all hashes, by their lowest bits.
struct HashShare {
  let share: hash_share

  static let whole = HashShare(share: hash_share(index: 0, count: 1))

  var isWhole: Bool { share.count == 1 }
  /// What is equal cannot be split: past this the memory limit gives way.
  var canSplit: Bool { share.count < 1 << 20 }
  var halves: [HashShare] {
    [share.index, share.index + share.count].map {
      HashShare(share: hash_share(index: $0, count: 2 * share.count))
    }
  }
}

/// A set of grams that grows.
final class GramTable {
  var table: gram_table

  init() {
    table = gram_table(slots: Self.slots(10), slot_bits: 10, used: 0)
  }

  deinit { table.slots.deallocate() }

  private static func slots(_ bits: UInt32) -> UnsafeMutablePointer<UInt64> {
    let slots = UnsafeMutablePointer<UInt64>.allocate(capacity: 1 << Int(bits))
    slots.initialize(repeating: 0, count: 1 << Int(bits))
    return slots
  }

  /// Whether `count` more grams have room in a table that is at most half full and of at most
  /// `memory` bytes; one for a few times as many is always allowed.
  func makeRoom(for count: Int, memory: Int) -> Bool {
    var bits = table.slot_bits
    while table.used + count > 1 << Int(bits) / 2 { bits += 1 }
    if bits == table.slot_bits { return true }
    guard 8 << Int(bits) <= max(memory, 64 * count) else { return false }
    var larger = gram_table(slots: Self.slots(bits), slot_bits: bits, used: 0)
    gram_table_move(&table, &larger)
    table.slots.deallocate()
    table = larger
    return true
  }
}

/// A set of counted windows that grows.
final class WindowTable {
  var table: window_table

  init(
    _ settings: SubstringSettings, pieces: UnsafeBufferPointer<symbol_piece>, share: HashShare
  ) {
    table = window_table(
      slots: Self.slots(10), slot_bits: 10, used: 0, pieces: pieces.baseAddress,
      piece_count: pieces.count, length: settings.minimum, width: settings.width,
      share: share.share)
  }

  deinit { table.slots.deallocate() }

  private static func slots(_ bits: UInt32) -> UnsafeMutablePointer<counted_window> {
    let slots = UnsafeMutablePointer<counted_window>.allocate(capacity: 1 << Int(bits))
    slots.initialize(
      repeating: counted_window(print: 0, first: 0, count: 0), count: 1 << Int(bits))
    return slots
  }

  /// As `GramTable.makeRoom`.
  func makeRoom(for count: Int, memory: Int) -> Bool {
    var bits = table.slot_bits
    while table.used + count > 1 << Int(bits) / 2 { bits += 1 }
    if bits == table.slot_bits { return true }
    guard MemoryLayout<counted_window>.stride << Int(bits) <= max(memory, 192 * count) else {
      return false
    }
    var larger = table
    larger.slots = Self.slots(bits)
    larger.slot_bits = bits
    larger.used = 0
    window_table_move(&table, &larger)
    table.slots.deallocate()
    table = larger
    return true
  }

  /// Gives the windows that came more than once to `frequent` and returns their number.
  func collect(into frequent: inout FrequentRepeats) -> Int {
    var count = 0
    for slot in 0..<1 << Int(table.slot_bits) where table.slots[slot].count > 1 {
      count += 1
      frequent.add(
        FrequentRepeats.Window(
          count: Int(table.slots[slot].count), first: Int(table.slots[slot].first)))
    }
    return count
  }
}
