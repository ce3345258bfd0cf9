import Corpora
import Streams
import TextKernels

/// Takes the removed spans of one task out of its texts, batch by batch in the task's order.
///
/// White space goes with what it stood between. A span loses the white space at its own ends first;
/// spans with nothing but white space between them are one cut; and of the white space before and
/// after a cut, one stays: that of more line breaks, so that paragraphs stay apart and blank lines
/// do not pile up, else that after it. A line that moves up keeps its own indentation. At the start
/// of a text the line that is now first stays whole; at its end, the text's last line break does.
///
/// A document that loses a span and has fewer than `leastWords` words left
/// (`text_length_in_words`) goes whole, unless it holds the copy for which spans elsewhere went: then
/// what is said there would be said nowhere.
public struct SpanRemoval: Sendable {
  /// What came of one document.
  public struct Outcome: Sendable, Equatable {
    /// Spans that were in it.
    public var spans = 0
    /// Bytes that were cut, with white space.
    public var bytes = 0
    /// Too little is left: the document goes, and its text stays as it was.
    public var goesWhole = false
    /// Where its cuts are in `cuts`.
    public var cuts = 0..<0
  }

  public let leastWords: Int
  /// The cuts of the last batch, ranges of bytes of the texts as they were.
  public private(set) var cuts: [Range<Int>] = []
  private let spans: [RemovedSpan]
  private let holders: [Int]
  private var nextSpan = 0
  private var nextHolder = 0

  /// - Parameters:
  ///   - spans: of one task, in order of document and byte, not overlapping.
  ///   - holders: the documents of the task, ascending, that hold copies which stay.
  ///   - leastWords: 0 for no limit; a document of which nothing is left goes all the same.
  public init(_ spans: [RemovedSpan], holders: [Int] = [], leastWords: Int) {
    self.spans = spans
    self.holders = holders
    self.leastWords = leastWords
  }

  /// Cuts the spans out of a batch.
  /// - Parameter first: the place in the task of the batch's first document; batches come in order.
  /// - Returns: an outcome for each document.
  /// - Throws: a fault where a span is not in its text: the inputs are not those that were searched.
  public mutating func apply(to batch: inout DocumentBatch, first: Int) throws -> [Outcome] {
    cuts.removeAll(keepingCapacity: true)
    var outcomes = [Outcome](repeating: Outcome(), count: batch.count)
    let start = nextSpan
    while nextSpan < spans.count, spans[nextSpan].ordinal < first + batch.count { nextSpan += 1 }
    if start == nextSpan { return outcomes }
    guard spans[start].ordinal >= first else { throw Self.changed(spans[start]) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(batch.textByteCount)
    var offsets = [0]
    offsets.reserveCapacity(batch.count + 1)
    var span = start
    for index in 0..<batch.count {
      let from = span
      while span < nextSpan, spans[span].ordinal == first + index { span += 1 }
      try batch.texts.withBytes(index) { text in
        let own = cuts.count
        try cut(text, spans[from..<span])
        var outcome = Outcome(
          spans: span - from, bytes: cuts[own...].reduce(0) { $0 + $1.count },
          cuts: own..<cuts.count)
        let textStart = bytes.count
        Self.append(text, without: cuts[own...], to: &bytes)
        if outcome.bytes > 0, goes(first + index, textStart == bytes.count, bytes[textStart...]) {
          outcome.goesWhole = true
          bytes.removeSubrange(textStart...)
          bytes.append(contentsOf: text)
        }
        offsets.append(bytes.count)
        outcomes[index] = outcome
      }
    }
    batch.replaceTexts(with: ByteColumn(bytes: bytes, offsets: offsets))
    return outcomes
  }

  /// To be called after the last batch.
  /// - Throws: a fault where spans are left over.
  public func finish() throws {
    if nextSpan < spans.count { throw Self.changed(spans[nextSpan]) }
  }

  private static func changed(_ span: RemovedSpan) -> Fault {
    Fault(
      .input, "the inputs are not those in which repeated text was found",
      found: "no bytes \(span.bytes.lowerBound) to \(span.bytes.upperBound) of document "
        + "\(span.ordinal)", hint: "run the deduplication again with --overwrite")
  }

  private mutating func goes(_ ordinal: Int, _ isEmpty: Bool, _ rest: ArraySlice<UInt8>) -> Bool {
    if isEmpty { return true }
    while nextHolder < holders.count, holders[nextHolder] < ordinal { nextHolder += 1 }
    if nextHolder < holders.count, holders[nextHolder] == ordinal { return false }
    let words = rest.withUnsafeBytes { rest in
      rest.withMemoryRebound(to: UInt8.self) { bytes in
        bytes.baseAddress.map { text_length_in_words($0, bytes.count) } ?? 0
      }
    }
    return words == 0 || words < leastWords
  }

  private static func append(
    _ text: UnsafeRawBufferPointer, without cuts: ArraySlice<Range<Int>>, to bytes: inout [UInt8]
  ) {
    var at = 0
    for cut in cuts {
      bytes.append(contentsOf: text[at..<cut.lowerBound])
      at = cut.upperBound
    }
    bytes.append(contentsOf: text[at...])
  }

  /// Appends the cuts of one text.
  private mutating func cut(
    _ text: UnsafeRawBufferPointer, _ spans: ArraySlice<RemovedSpan>
  ) throws {
    guard let last = spans.last else { return }
    guard last.bytes.upperBound <= text.count,
      let edges = SpanEdges(text)
    else { throw Self.changed(last) }
    var open: Range<Int>?
    for span in spans {
      let words = edges.stripped(span.bytes)
      if words.isEmpty { continue }
      if let before = open {
        if edges.skipSpace(before.upperBound) >= words.lowerBound {
          open = before.lowerBound..<max(before.upperBound, words.upperBound)
          continue
        }
        cuts.append(edges.cut(before))
      }
      open = words
    }
    if let open { cuts.append(edges.cut(open)) }
  }
}
