import Corpora
import Glibc
import Streams

/// Measures and edits batches as a chain of packs wants it; for one thread.
///
///     let meter = try ChainMeter(FilterChain([try .named("gopher-quality")]))
///     let measured = try meter.measure(batch)
///     measured.signals  // one column a signal and version of the text
public final class ChainMeter {
  /// What was measured, and the texts after the last edit.
  public struct Measured: Sendable {
    public var signals: ColumnTable
    /// nil where no pack edits.
    public var texts: ByteColumn?
  }

  public let chain: FilterChain
  private let anatomy: TextAnatomy
  private var stages: [Stage]
  /// What the edit of each stage made of the document that is being measured.
  private let edited: [EditedText]

  private final class EditedText {
    var bytes: [UInt8] = []
  }

  /// What one thread has for one version of the text.
  private struct Stage {
    var version: FilterChain.Version
    var editor: (any TextEditor)?
    var meter: SignalMeter
    var columnMeters: [any ColumnMeter]
    var listMeter: ListMeter?
    /// Values of this batch, a column each.
    var counts: [[Float]]
    var values: [[Float]]
    /// The texts of this batch, where somebody needs them again.
    var texts: ByteColumn?
  }

  /// A meter for a chain that needs no lines of sites.
  public convenience init(_ chain: FilterChain) throws { try self.init(chain, siteLines: nil) }

  /// - Parameter siteLines: the lines that sites repeat, where the chain `needsSiteLines`.
  public init(_ chain: FilterChain, siteLines: FrozenSiteLines?) throws {
    self.chain = chain
    let anatomy = try TextAnatomy()
    self.anatomy = anatomy
    edited = chain.versions.map { _ in EditedText() }
    stages = try chain.versions.map { version in
      Stage(
        version: version, editor: try Self.editor(version, chain, siteLines),
        meter: SignalMeter(version.texts, anatomy: anatomy),
        columnMeters: try version.columns.map { try ColumnMeasure.all[$0].makeMeter() },
        listMeter: version.lists.isEmpty ? nil : ListMeter(version.lists.map(\.list)),
        counts: [], values: [], texts: nil)
    }
  }

  /// The editor of a version's edit; nil for the text as it came.
  static func editor(
    _ version: FilterChain.Version, _ chain: FilterChain, _ siteLines: FrozenSiteLines?
  ) throws -> (any TextEditor)? {
    guard let edit = version.edit?.edit else { return nil }
    guard let edit = edit as? SiteBoilerplate else { return try edit.makeEditor() }
    guard let siteLines else {
      throw Fault(
        .input,
        "the pack '\(chain.packs[version.pack].name)' removes lines that a site repeats, and nobody "
          + "has counted them",
        hint: "count the lines of all inputs first, or take the pack out")
    }
    guard siteLines.minimum <= edit.minimumDocuments else {
      throw Fault(
        .input, "the lines that sites repeat were counted for other packs",
        found: "lines of \(siteLines.minimum) documents and more",
        expected: "lines of \(edit.minimumDocuments) documents and more",
        hint: "count them again")
    }
    return edit.makeEditor(siteLines)
  }

  /// Measures a batch and edits its texts.
  /// - Parameter edits: whether a pack's edits apply to a document; a document that they pass by has
  ///   the text that it had before, and counts of 0.
  public func measure(
    _ batch: DocumentBatch, edits: (_ pack: Int, _ document: Int) -> Bool = { _, _ in true }
  ) throws -> Measured {
    start(batch)
    for document in 0..<batch.count {
      try batch.texts.withBytes(document) {
        try measure(from: 0, $0, isTakenApart: false, document, batch, edits)
      }
    }
    return try finish(batch)
  }

  private func start(_ batch: DocumentBatch) {
    for stage in stages.indices {
      let version = stages[stage].version
      stages[stage].counts = Self.columns(version.counts.count, rows: batch.count)
      stages[stage].values = Self.columns(version.texts.count, rows: batch.count)
      let isLast = stage == stages.count - 1
      let isKept = stage > 0 && (isLast || !version.columns.isEmpty || !version.lists.isEmpty)
      stages[stage].texts = isKept ? ByteColumn() : nil
      stages[stage].texts?.reserve(values: batch.count, bytes: batch.textByteCount)
    }
  }

  private static func columns(_ count: Int, rows: Int) -> [[Float]] {
    (0..<count).map { _ in
      var column: [Float] = []
      column.reserveCapacity(rows)
      return column
    }
  }

  /// Measures a version of a document's text, and those that follow.
  /// - Parameter isTakenApart: whether the anatomy has this text already.
  private func measure(
    from stage: Int, _ text: UnsafeRawBufferPointer, isTakenApart: Bool, _ document: Int,
    _ batch: DocumentBatch, _ edits: (Int, Int) -> Bool
  ) throws {
    try measureVersion(stage, text, isTakenApart: isTakenApart)
    stages[stage].texts?.append(text)
    let next = stage + 1
    guard next < stages.count else { return }
    let isTakenApart = isTakenApart || takesApart(stage)
    guard try edit(next, text, document, batch, edits) else {
      return try measure(from: next, text, isTakenApart: isTakenApart, document, batch, edits)
    }
    // The anatomy points into the text while it is measured: each version has a buffer of its own.
    try edited[next].bytes.withUnsafeBytes {
      try measure(from: next, $0, isTakenApart: false, document, batch, edits)
    }
  }

  /// Whether the anatomy is filled for this version: to measure it, or to edit it.
  private func takesApart(_ stage: Int) -> Bool {
    !stages[stage].version.texts.isEmpty
      || (stage + 1 < stages.count && stages[stage + 1].version.edit?.edit.readsAnatomy == true)
  }

  /// - Parameter isTakenApart: whether the anatomy has this text already.
  private func measureVersion(
    _ stage: Int, _ text: UnsafeRawBufferPointer, isTakenApart: Bool
  ) throws {
    guard takesApart(stage) else { return }
    if isTakenApart { return try stages[stage].meter.appendRow(to: &stages[stage].values) }
    try anatomy.withText(text, words: nil) { _ in
      try stages[stage].meter.appendRow(to: &stages[stage].values)
    }
  }

  /// Makes a version's text from the one before; false where it stays the same.
  private func edit(
    _ stage: Int, _ text: UnsafeRawBufferPointer, _ document: Int, _ batch: DocumentBatch,
    _ edits: (Int, Int) -> Bool
  ) throws -> Bool {
    let count = stages[stage].counts.count
    guard let editor = stages[stage].editor, edits(stages[stage].version.pack, document) else {
      for column in 0..<count { stages[stage].counts[column].append(0) }
      return false
    }
    let output = edited[stage]
    output.bytes.removeAll(keepingCapacity: true)
    var changes: [TextChange]?
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: max(count, 1)) { row in
      row.initialize(repeating: 0)
      try editor.edit(
        text, of: batch, at: document, anatomy: anatomy, into: &output.bytes,
        counts: UnsafeMutableBufferPointer(rebasing: row[..<count]), changes: &changes)
      for column in 0..<count { stages[stage].counts[column].append(row[column]) }
    }
    return !output.bytes.withUnsafeBytes { Self.areEqual($0, text) }
  }

  private static func areEqual(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    guard left.count == right.count else { return false }
    guard let left = left.baseAddress, let start = right.baseAddress else { return true }
    return memcmp(left, start, right.count) == 0
  }

  private func finish(_ batch: DocumentBatch) throws -> Measured {
    var signals = ColumnTable()
    for stage in stages.indices {
      let version = stages[stage].version
      for (name, column) in zip(version.counts, stages[stage].counts) {
        signals.set(name, .float32(column))
      }
      for (measurement, column) in zip(version.texts, stages[stage].values) {
        signals.set(measurement.column, .float32(column))
      }
      for meter in stages[stage].columnMeters {
        var measured = ColumnTable()
        try meter.measure(batch, texts: stages[stage].texts ?? batch.texts, into: &measured)
        for name in measured.names {
          guard let column = measured[name] else { continue }
          signals.set(version.name.isEmpty ? name : "\(name)@\(version.name)", column)
        }
      }
      if let meter = stages[stage].listMeter {
        let columns = meter.measure(batch, texts: stages[stage].texts ?? batch.texts)
        for (measured, column) in zip(version.lists, columns) {
          signals.set(measured.column, .float32(column))
        }
      }
    }
    return Measured(
      signals: signals, texts: stages.count > 1 ? stages[stages.count - 1].texts : nil)
  }
}
