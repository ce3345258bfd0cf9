import Corpora
import Curation
import Streams

/// What a run has stored about the documents of one task: columns, streams and decisions.
struct RunColumns {
  let task: MeasuredTask
  let table: ColumnTable
  let ids: ByteColumn
  /// UTF-8 bytes of each text.
  let bytes: [UInt64]
  /// The same after the packs' edits.
  let editedBytes: [UInt64]
  let quality: [Float]
  let isEvaluation: [Bool]
  let isUnfiltered: [Bool]
  let isCurated: [Bool]
  /// Index into `StreamRecipe.domains`, by the document's tags.
  let domain: [UInt8]
  let ledger: DecisionLedger

  /// The stages of decisions that are not filter packs.
  static let globalStages: Set<String> = [
    "evaluation-overlap", "decontamination", "exact-duplicates", "near-duplicates",
  ]

  init(_ task: MeasuredTask) throws {
    self.task = task
    table = try ColumnFile.read(task.columns)
    let streams = try ColumnFile.read(task.streams)
    ids = try table.bytes(StreamColumn.id)
    bytes = try table.uint64(StreamColumn.textBytes)
    editedBytes =
      table[StreamColumn.editedBytes] == nil ? bytes : try table.uint64(StreamColumn.editedBytes)
    quality = try table.float32(LinearClassifier.qualityColumn)
    isEvaluation = try table.uint8(StreamColumn.evaluation).map { $0 == 1 }
    isUnfiltered = try streams.uint8(StreamColumn.unfiltered).map { $0 == 1 }
    isCurated = try streams.uint8(StreamColumn.curated).map { $0 == 1 }
    domain = try streams.uint8(StreamColumn.domain)
    ledger = try DecisionLedger(ColumnFile.read(task.decisions))
    let lengths = [bytes.count, isUnfiltered.count, isCurated.count, domain.count, quality.count]
    guard lengths.allSatisfy({ $0 == ids.count }) else {
      throw Fault(
        .input, "the columns of task \(task.name) are of different lengths", at: task.columns,
        hint: "run the same command again")
    }
  }

  var count: Int { ids.count }

  /// The documents that a filter pack dropped.
  func droppedByFilters() -> Set<Int> {
    var dropped: Set<Int> = []
    for index in 0..<ledger.count {
      let decision = ledger[index]
      if !Self.globalStages.contains(decision.stage) { dropped.insert(Int(decision.ordinal)) }
    }
    return dropped
  }
}

/// A document by its task and its place there.
struct DocumentPlace: Hashable, Comparable {
  var task: Int
  var document: Int

  static func < (a: Self, b: Self) -> Bool { (a.task, a.document) < (b.task, b.document) }
}

/// The starts of texts, read again from the documents of a run, each task once.
struct Excerpts {
  private var texts: [DocumentPlace: String] = [:]

  init(_ places: some Sequence<DocumentPlace>, in tasks: [MeasuredTask], byteCount: Int) throws {
    let wanted = Set(places)
    for (index, task) in tasks.enumerated() {
      guard wanted.contains(where: { $0.task == index }) else { continue }
      try task.forEachBatch { first, batch in
        for offset in 0..<batch.count {
          let place = DocumentPlace(task: index, document: first + offset)
          guard wanted.contains(place) else { continue }
          texts[place] = Self.start(of: batch.texts[offset], byteCount)
        }
      }
    }
  }

  subscript(place: DocumentPlace) -> String { texts[place] ?? "" }

  /// The first bytes of a text, cut at a character.
  static func start(of text: ArraySlice<UInt8>, _ byteCount: Int) -> String {
    var end = text.startIndex + min(byteCount, text.count)
    while end < text.endIndex, end > text.startIndex, text[end] & 0xc0 == 0x80 { end -= 1 }
    return String(decoding: text[..<end], as: UTF8.self)
  }
}
