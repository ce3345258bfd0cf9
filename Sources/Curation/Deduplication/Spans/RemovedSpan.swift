import Corpora
import Streams

/// A stretch of a document's text that goes because it stands elsewhere too: a global edit, known
/// only when all texts were seen, and applied when they are read again.
public struct RemovedSpan: Sendable, Equatable {
  /// The document's place in its task, from 0.
  public var ordinal: Int
  /// The bytes of its text that go.
  public var bytes: Range<Int>
  /// Where the copy that stays begins; nil where it is not known (a Bloom filter keeps no places).
  public var kept: Place?

  /// A byte of a document's text.
  public struct Place: Sendable, Equatable {
    public var document: DocumentAddress
    public var byte: Int

    public init(document: DocumentAddress, byte: Int) {
      self.document = document
      self.byte = byte
    }
  }

  public init(ordinal: Int, bytes: Range<Int>, kept: Place? = nil) {
    self.ordinal = ordinal
    self.bytes = bytes
    self.kept = kept
  }
}

/// The spans of one task as they are stored: the columns `ordinal`, `start`, `end`, `kept_task`,
/// `kept_ordinal` and `kept_start`, in order of document and byte; a copy that is not known has the
/// largest value in the last three.
public struct RemovedSpans: Sendable, Equatable {
  public var spans: [RemovedSpan]

  public init(_ spans: [RemovedSpan]) { self.spans = spans }

  public var table: ColumnTable {
    func column(_ value: (RemovedSpan) -> Int) -> Column {
      .uint64(spans.map { UInt64(value($0)) })
    }
    func place(_ value: (RemovedSpan.Place) -> Int) -> Column {
      .uint64(spans.map { $0.kept.map { UInt64(value($0)) } ?? .max })
    }
    var table = ColumnTable()
    table.set("ordinal", column(\.ordinal))
    table.set("start", column(\.bytes.lowerBound))
    table.set("end", column(\.bytes.upperBound))
    table.set("kept_task", place { Int($0.document.task) })
    table.set("kept_ordinal", place { Int($0.document.ordinal) })
    table.set("kept_start", place(\.byte))
    return table
  }

  /// - Throws: an input fault where the columns are not those of spans, or out of order.
  public init(_ table: ColumnTable) throws {
    let ordinal = try table.uint64("ordinal")
    let (start, end) = (try table.uint64("start"), try table.uint64("end"))
    let (task, keptOrdinal) = (try table.uint64("kept_task"), try table.uint64("kept_ordinal"))
    let keptStart = try table.uint64("kept_start")
    spans = []
    spans.reserveCapacity(ordinal.count)
    for index in ordinal.indices {
      guard let document = Int(exactly: ordinal[index]), let from = Int(exactly: start[index]),
        let to = Int(exactly: end[index]), from < to,
        spans.last.map({ ($0.ordinal, $0.bytes.upperBound) <= (document, from) }) ?? true
      else {
        throw Fault(
          .input, "a table of removed spans is damaged", at: "row \(index)",
          expected: "documents and bytes in order", hint: "run the deduplication again")
      }
      let kept = Int32(exactly: task[index]).flatMap { task in
        Int32(exactly: keptOrdinal[index]).flatMap { ordinal in
          Int(exactly: keptStart[index]).map {
            RemovedSpan.Place(document: DocumentAddress(task: task, ordinal: ordinal), byte: $0)
          }
        }
      }
      spans.append(RemovedSpan(ordinal: document, bytes: from..<to, kept: kept))
    }
  }
}
