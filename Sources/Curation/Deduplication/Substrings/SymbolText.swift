import Corpora
import Streams
import TextKernels
import Tokenization

/// The texts of a batch as symbols, with the runs of their windows; places are counted from the
/// batch's first symbol. Made by any thread, written in order.
struct SymbolBatch: Sendable {
  var symbols: [UInt8] = []
  /// The end of each document, in symbols and in bytes of text.
  var ends: [SymbolText.End] = []
  var runs: [window_run] = []
}

/// Makes symbols of texts; for one thread at a time.
final class SymbolReader: @unchecked Sendable {
  private let settings: SubstringSettings
  private let windows: WindowRuns
  private let scratch = EncoderScratch()

  init(_ settings: SubstringSettings) {
    self.settings = settings
    windows = WindowRuns(settings)
  }

  func read(_ texts: ByteColumn) -> SymbolBatch {
    var batch = SymbolBatch()
    let width = settings.width
    batch.symbols.reserveCapacity(texts.bytes.count)
    batch.ends.reserveCapacity(texts.count)
    windows.removeAll()
    var byteCount = 0
    for index in 0..<texts.count {
      let start = batch.symbols.count
      texts.withBytes(index) { text in
        byteCount += text.count
        switch settings.symbols {
        case .bytes: batch.symbols.append(contentsOf: text)
        case .tokens(let tokenizer):
          tokenizer.encode(text, scratch: scratch) { ids in
            batch.symbols.append(addingCapacity: ids.count * width) { span in
              span.withUnsafeMutableBufferPointer { buffer, count in
                Self.store(ids, width: width, in: UnsafeMutableRawBufferPointer(buffer))
                count = ids.count * width
              }
            }
          }
        }
      }
      batch.symbols.withUnsafeBytes {
        windows.add(UnsafeRawBufferPointer(rebasing: $0[start...]), first: start / width)
      }
      batch.ends.append(
        SymbolText.End(symbols: UInt64(batch.symbols.count / width), bytes: UInt64(byteCount)))
    }
    batch.runs = windows.runs
    return batch
  }

  private static func store(
    _ ids: UnsafeBufferPointer<UInt32>, width: Int, in buffer: UnsafeMutableRawBufferPointer
  ) {
    if width == 4 {
      buffer.copyMemory(from: UnsafeRawBufferPointer(ids))
      return
    }
    let narrow = buffer.bindMemory(to: UInt16.self)
    for index in ids.indices { narrow[index] = UInt16(truncatingIfNeeded: ids[index]) }
  }
}

/// The texts of one input as one row of symbols on disk. Documents are told apart by where they end,
/// not by a symbol, so that no symbol is forbidden.
struct SymbolText: @unchecked Sendable {
  /// Where a document ends.
  struct End: Sendable, BitwiseCopyable {
    var symbols: UInt64
    var bytes: UInt64
  }

  /// The files of an input, relative to the folder of the search.
  static func files(_ task: Int) -> [String] {
    [symbolsFile(task), endsFile(task), marksFile(task), runsFile(task)]
  }

  static func symbolsFile(_ task: Int) -> String { "symbols/\(taskName(task)).symbols" }
  static func endsFile(_ task: Int) -> String { "symbols/\(taskName(task)).ends" }
  static func marksFile(_ task: Int) -> String { "symbols/\(taskName(task)).marks" }
  static func runsFile(_ task: Int) -> String { "symbols/\(taskName(task)).runs" }

  /// Between marks, which hold the bytes of text before so many symbols.
  static let markDistance = 1024

  private let settings: SubstringSettings
  private let file: MappedFile
  private let endsFile: MappedFile
  private let marksFile: MappedFile
  /// The length in bytes of each token; empty for bytes.
  private let lengths: [UInt32]
  let ends: UnsafeBufferPointer<End>
  private let marks: UnsafeBufferPointer<UInt64>
  /// Symbols of the input.
  let count: Int

  init(_ task: Int, in folder: String, settings: SubstringSettings, lengths: [UInt32]) throws {
    self.settings = settings
    self.lengths = lengths
    file = try MappedFile(folder + "/" + Self.symbolsFile(task))
    endsFile = try MappedFile(folder + "/" + Self.endsFile(task))
    marksFile = try MappedFile(folder + "/" + Self.marksFile(task))
    ends = try endsFile.values(End.self)
    marks = try marksFile.values(UInt64.self)
    count = file.bytes.count / settings.width
    guard file.bytes.count % settings.width == 0, (ends.last?.symbols ?? 0) == UInt64(count) else {
      throw file.damaged()
    }
    let byteCount = ends.last?.bytes ?? 0
    guard byteCount < UInt64(Int.max), !lengths.isEmpty || byteCount == UInt64(count),
      zip(ends, ends.dropFirst()).allSatisfy({ $0.symbols <= $1.symbols && $0.bytes <= $1.bytes })
    else { throw endsFile.damaged("ends that are not those of the symbols") }
    guard lengths.isEmpty || marks.count == count / Self.markDistance + 1,
      zip(marks, marks.dropFirst()).allSatisfy({ $0 <= $1 }), (marks.last ?? 0) <= byteCount
    else { throw marksFile.damaged("marks that are not those of the symbols") }
  }

  var symbols: UnsafeRawBufferPointer { file.bytes }

  /// The document that holds the symbol at `place`.
  func document(at place: Int) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle].symbols <= UInt64(place) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func symbolRange(of document: Int) -> Range<Int> {
    Int(document == 0 ? 0 : ends[document - 1].symbols)..<Int(ends[document].symbols)
  }

  func firstByte(of document: Int) -> Int { Int(document == 0 ? 0 : ends[document - 1].bytes) }

  /// The bytes of the input's texts before the symbol at `place`, which is at most `count`.
  /// - Throws: an input fault where a symbol is no token.
  func bytes(before place: Int) throws -> Int {
    if lengths.isEmpty { return place }
    let mark = place / Self.markDistance
    let symbols = mark * Self.markDistance..<place
    try checkTokens(in: symbols)
    var sum = Int(marks[mark])
    for index in symbols { sum += Int(lengths[Int(id(index))]) }
    return sum
  }

  /// Looks at the largest id of a few symbols only, so that what comes need not look at each.
  private func checkTokens(in symbols: Range<Int>) throws {
    let largest = symbols.reduce(0) { max($0, id($1)) }
    guard symbols.isEmpty || largest < UInt32(clamping: lengths.count) else {
      throw file.damaged(
        "token \(largest) among symbols \(symbols.lowerBound) to \(symbols.upperBound)",
        expected: "ids below \(lengths.count)")
    }
  }

  private func id(_ place: Int) -> UInt32 {
    settings.width == 2
      ? UInt32(file.bytes.load(fromByteOffset: 2 * place, as: UInt16.self))
      : file.bytes.load(fromByteOffset: 4 * place, as: UInt32.self)
  }

  /// The bytes of the symbol at `place`, for the time of `body`.
  func withBytes<R>(of place: Int, _ body: (ArraySlice<UInt8>) throws -> R) throws -> R {
    switch settings.symbols {
    case .bytes: return try body([file.bytes[place]])
    case .tokens(let tokenizer):
      try checkTokens(in: place..<place + 1)
      return try body(try tokenizer.bytes(of: id(place)))
    }
  }

  static func taskName(_ task: Int) -> String { zeroPadded(task) }
}

extension SubstringSettings {
  /// The bytes that each token stands for, counted; empty where symbols are bytes.
  var tokenLengths: [UInt32] {
    if case .tokens(let tokenizer) = symbols { tokenizer.tokenLengths } else { [] }
  }
}

extension BytePairTokenizer {
  /// The bytes that each token stands for, counted; 0 for an id that is none.
  var tokenLengths: [UInt32] {
    (0..<UInt32(vocabularyCount)).map { UInt32((try? bytes(of: $0))?.count ?? 0) }
  }
}

/// Writes the symbols of one input, batch by batch in order.
final class SymbolTextWriter {
  private let width: Int
  private let lengths: [UInt32]
  private let symbols: OutputFile
  private let ends: OutputFile
  private let marks: OutputFile
  private let runs: RunBlockWriter
  private(set) var symbolCount = 0
  private(set) var byteCount = 0
  private(set) var documentCount = 0
  /// Bytes of text before the symbol that comes next, as tokens have them.
  private var tokenBytes = 0

  init(
    _ task: Int, in folder: String, settings: SubstringSettings, buckets: Int, memory: Int
  ) throws {
    width = settings.width
    lengths = settings.tokenLengths
    symbols = try OutputFile(folder + "/" + SymbolText.symbolsFile(task))
    ends = try OutputFile(folder + "/" + SymbolText.endsFile(task))
    marks = try OutputFile(folder + "/" + SymbolText.marksFile(task))
    runs = try RunBlockWriter(
      folder + "/" + SymbolText.runsFile(task), buckets: buckets, memory: memory)
  }

  func write(_ batch: SymbolBatch) throws {
    try symbols.write(batch.symbols)
    let moved = batch.ends.map {
      SymbolText.End(
        symbols: $0.symbols + UInt64(symbolCount), bytes: $0.bytes + UInt64(byteCount))
    }
    try moved.withUnsafeBytes { try ends.write($0) }
    if !lengths.isEmpty { try writeMarks(batch.symbols) }
    try runs.write(batch.runs, base: symbolCount)
    symbolCount += batch.symbols.count / width
    byteCount += Int(batch.ends.last?.bytes ?? 0)
    documentCount += batch.ends.count
    guard lengths.isEmpty || tokenBytes == byteCount else {
      throw Fault(
        .input, "the tokenizer does not give a text's bytes back",
        found: "tokens of \(tokenBytes) bytes for \(byteCount) bytes of text",
        expected: "a byte-level tokenizer that changes nothing", hint: "use --minimum-bytes")
    }
  }

  private func writeMarks(_ symbols: [UInt8]) throws {
    var found: [UInt64] = []
    symbols.withUnsafeBytes { bytes in
      for index in 0..<bytes.count / width {
        if (symbolCount + index) % SymbolText.markDistance == 0 { found.append(UInt64(tokenBytes)) }
        let id =
          width == 2
          ? Int(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
          : Int(bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
        tokenBytes += Int(lengths[id])
      }
    }
    try found.withUnsafeBytes { try marks.write($0) }
  }

  func commit() throws {
    if !lengths.isEmpty, symbolCount % SymbolText.markDistance == 0 {
      try withUnsafeBytes(of: UInt64(tokenBytes)) { try marks.write($0) }
    }
    try symbols.commit()
    try ends.commit()
    try marks.commit()
    try runs.commit()
  }
}
