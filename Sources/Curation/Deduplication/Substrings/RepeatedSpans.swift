import Corpora
import Runs
import Streams
import TextKernels

/// Makes the spans of one input from the repeated windows of all buckets.
final class RepeatedSpans {
  struct Counts {
    var spans = 0
    var documents = 0
    var bytes = 0
    var symbols = 0
  }

  private let settings: SubstringSettings
  private let corpus: SubstringCorpus
  private(set) var counts = Counts()
  /// The documents that hold the first copies.
  private(set) var holders: Set<DocumentAddress> = []
  /// The places of the last of them.
  private var lastHolder = 0..<0

  init(_ settings: SubstringSettings, _ corpus: SubstringCorpus) {
    self.settings = settings
    self.corpus = corpus
  }

  /// Symbols whose windows are held at once.
  private static let stretch = 1 << 20

  /// The spans of input `task`, in order of document and byte.
  func spans(of task: Int, _ sections: [RepeatSections]) throws -> [RemovedSpan] {
    let (text, base) = (corpus.texts[task], corpus.bases[task])
    var cursors = sections.flatMap { $0.cursors(from: base) }
    var spans: [RemovedSpan] = []
    var entries: [repeated_windows] = []
    var document = 0
    while document < text.ends.count {
      try Interruption.check()
      let first = document
      let from = text.symbolRange(of: first).lowerBound
      repeat {
        document += 1
      } while document < text.ends.count
        && text.symbolRange(of: document).upperBound - from <= Self.stretch
      let end = base + text.symbolRange(of: document - 1).upperBound
      entries.removeAll(keepingCapacity: true)
      for index in cursors.indices { cursors[index].take(before: end, into: &entries) }
      entries.sort { $0.start < $1.start }
      try forEachRange(entries, from: first, in: text, base) { document, range, kept in
        guard let span = try span(range, of: document, in: text, kept: kept) else { return }
        counts.symbols += range.count
        counts.bytes += span.bytes.count
        if spans.last?.ordinal != span.ordinal { counts.documents += 1 }
        spans.append(span)
      }
    }
    counts.spans += spans.count
    return spans
  }

  /// Joins the windows of a document that touch or overlap, and gives each range with the place of
  /// the first copy of its first window.
  private func forEachRange(
    _ entries: [repeated_windows], from first: Int, in text: SymbolText, _ base: Int,
    _ body: (_ document: Int, Range<Int>, _ kept: Int) throws -> Void
  ) throws {
    var document = first
    var documentEnd = text.symbolRange(of: first).upperBound
    var open: (range: Range<Int>, kept: Int)?
    let total = corpus.bases.last.map { $0 + (corpus.texts.last?.count ?? 0) } ?? 0
    for entry in entries {
      guard Int(clamping: entry.first) < total, Int(clamping: entry.start) >= base,
        Int(clamping: entry.start) - base < text.count, entry.count > 0,
        Int(clamping: entry.count) <= text.count
      else { throw Self.unfit("a window outside the texts") }
      let start = Int(entry.start) - base
      let end = start + Int(entry.count) + settings.minimum - 1
      if settings.removal == .repeats { note(holderAt: Int(entry.first)) }
      if let current = open, start <= current.range.upperBound, start < documentEnd {
        open = (current.range.lowerBound..<max(current.range.upperBound, end), current.kept)
      } else {
        if let current = open { try body(document, current.range, current.kept) }
        open = (start..<end, Int(entry.first))
        if start >= documentEnd {
          document = text.document(at: start)
          documentEnd = text.symbolRange(of: document).upperBound
        }
      }
      guard end <= documentEnd else {
        throw Self.unfit(
          "a window that ends at \(end) of a document that ends at \(documentEnd)")
      }
    }
    if let current = open { try body(document, current.range, current.kept) }
  }

  private static func unfit(_ found: String) -> Fault {
    Fault(
      .input, "stored repeats do not fit the stored texts", found: found,
      hint: "remove the output folder and start again")
  }

  /// Remembers the document that holds a first copy.
  private func note(holderAt place: Int) {
    if lastHolder.contains(place) { return }
    let task = corpus.task(at: place)
    let document = corpus.texts[task].document(at: place - corpus.bases[task])
    let range = corpus.texts[task].symbolRange(of: document)
    lastHolder = range.lowerBound + corpus.bases[task]..<range.upperBound + corpus.bases[task]
    holders.insert(DocumentAddress(task: Int32(task), ordinal: Int32(document)))
  }

  /// The span of a range of symbols, whole characters only; nil where there is none.
  private func span(
    _ range: Range<Int>, of document: Int, in text: SymbolText, kept: Int
  ) throws -> RemovedSpan? {
    let firstByte = text.firstByte(of: document)
    var start = try text.bytes(before: range.lowerBound) - firstByte
    var end = try text.bytes(before: range.upperBound) - firstByte
    let entered = start
    guard start >= 0 else { throw Self.unfit("a window in front of its document") }
    start += try continuationBytes(from: range.lowerBound, to: range.upperBound, in: text)
    if range.upperBound < text.symbolRange(of: document).upperBound,
      try continuationBytes(from: range.upperBound, to: range.upperBound + 1, in: text) > 0
    {
      end -= try unfinishedBytes(range, in: text)
    }
    guard start < end else { return nil }
    var place: RemovedSpan.Place?
    if settings.removal == .repeats {
      let task = corpus.task(at: kept)
      let other = corpus.texts[task]
      let keptDocument = other.document(at: kept - corpus.bases[task])
      let byte =
        try other.bytes(before: kept - corpus.bases[task]) - other.firstByte(of: keptDocument)
      guard byte >= 0 else { throw Self.unfit("a first copy in front of its document") }
      place = RemovedSpan.Place(
        document: DocumentAddress(task: Int32(task), ordinal: Int32(keptDocument)),
        byte: byte + start - entered)
    }
    return RemovedSpan(ordinal: document, bytes: start..<end, kept: place)
  }

  /// The bytes at the start of these symbols that belong to a character before them.
  private func continuationBytes(from: Int, to: Int, in text: SymbolText) throws -> Int {
    var count = 0
    for place in from..<to {
      let (found, isWhole) = try text.withBytes(of: place) { bytes in
        let found = bytes.prefix { $0 & 0xC0 == 0x80 }.count
        return (found, found == bytes.count)
      }
      count += found
      if !isWhole { break }
    }
    return count
  }

  /// The bytes at the end of a range that belong to a character that goes on behind it.
  private func unfinishedBytes(_ range: Range<Int>, in text: SymbolText) throws -> Int {
    var count = 0
    for place in range.reversed() {
      let (found, isWhole) = try text.withBytes(of: place) { bytes in
        let found = bytes.reversed().prefix { $0 & 0xC0 == 0x80 }.count
        return (found, found == bytes.count)
      }
      count += found
      if !isWhole { return count + 1 }
    }
    return count
  }
}
