import Corpora
import Curation
import Runs
import Streams
import Tokenization

/// Measures, judges and encodes batches; for one thread.
final class CurateWorker {
  /// What was made of one batch.
  struct Result: Sendable {
    /// The signals and the columns of `CuratedFolder.Column`.
    var columns: ColumnTable
    var kept: [EncodedDocuments]
    var removed: [EncodedDocuments]
    var keptSources: [String: DatasetAmount]
    /// Kept documents whose text the edits left empty.
    var emptied: Int
  }

  private let meter: ChainMeter
  private let decider: FilterDecider
  private let settings: CurateSettings
  private let failures: FailureColumns
  private let kept: any DocumentEncoder
  private let removed: any DocumentEncoder
  private let scratch = EncoderScratch()
  private let language: LanguageDetector?

  init(_ settings: CurateSettings) throws {
    self.settings = settings
    meter = try ChainMeter(settings.chain, siteLines: settings.siteLines)
    decider = FilterDecider(settings.chain)
    failures = try FailureColumns(settings.chain, siteLines: settings.siteLines)
    kept = try DocumentOutput.makeFramesEncoder()
    removed = try DocumentOutput.makeFramesEncoder()
    language = settings.samplesLanguage ? LanguageDetector() : nil
  }

  func curate(_ batch: DocumentBatch) throws -> Result {
    let measured = try meter.measure(batch)
    let verdicts = try decider.verdicts(on: measured.signals)
    var columns = measured.signals
    addDocumentColumns(of: batch, edited: measured.texts ?? batch.texts, to: &columns)
    var batch = batch
    for name in measured.signals.names {
      if let column = measured.signals[name] { batch.attributes.set(name, column) }
    }
    let attributes = try batch.attributeColumns(
      settings.writesSignals ? measured.signals.names : [])
    var removedPieces: [EncodedDocuments] = []
    if settings.writesRemoved {
      let reasons = try failures.columns(batch, verdicts, measured.signals)
      removedPieces = try removed.encode(batch, reasons + attributes) { !verdicts.keeps($0) }
    }
    if let texts = measured.texts { batch.replaceTexts(with: texts) }
    let keptPieces = try kept.encode(batch, attributes) { verdicts.keeps($0) }
    return Result(
      columns: columns, kept: keptPieces, removed: removedPieces,
      keptSources: sources(of: batch, verdicts),
      emptied: (0..<batch.count).count { verdicts.keeps($0) && batch.texts.byteCount($0) == 0 })
  }

  private func addDocumentColumns(
    of batch: DocumentBatch, edited: ByteColumn, to columns: inout ColumnTable
  ) {
    columns.set(CuratedFolder.Column.id, .bytes(batch.ids))
    columns.set(
      CuratedFolder.Column.textBytes,
      .uint64((0..<batch.count).map { UInt64(batch.texts.byteCount($0)) }))
    if let tokenizer = settings.tokenizer {
      let counts = (0..<batch.count).map { index in
        edited.withBytes(index) { UInt64(tokenizer.encode($0, scratch: scratch) { $0.count }) }
      }
      columns.set(CuratedFolder.Column.tokens, .uint64(counts))
    }
    var excerpts = ByteColumn()
    excerpts.reserve(values: batch.count, bytes: batch.count * Self.excerptBytes)
    for index in 0..<batch.count {
      batch.texts.withBytes(index) {
        excerpts.append(UnsafeRawBufferPointer(rebasing: $0[..<Self.excerptEnd($0)]))
      }
    }
    columns.set(CuratedFolder.Column.excerpt, .bytes(excerpts))
    if let language {
      columns.set(CuratedFolder.Column.sampledLanguage, .bytes(sample(batch, language)))
    }
  }

  private static let excerptBytes = 240

  /// Where an excerpt ends: between two characters.
  private static func excerptEnd(_ text: UnsafeRawBufferPointer) -> Int {
    guard text.count > excerptBytes else { return text.count }
    var end = excerptBytes
    while end > 0, text[end] & 0xc0 == 0x80 { end -= 1 }
    return end
  }

  /// The language of the documents whose ids say so: the same ones in every run.
  private func sample(_ batch: DocumentBatch, _ detector: LanguageDetector) -> ByteColumn {
    var languages = ByteColumn()
    for index in 0..<batch.count {
      let isSampled = batch.ids.withBytes(index) { ContentDigest($0).low % 16 == 0 }
      languages.append(isSampled ? batch.texts.withBytes(index) { detector.detect($0).code } : "")
    }
    return languages
  }

  private func sources(
    of batch: DocumentBatch, _ verdicts: FilterVerdicts
  ) -> [String: DatasetAmount] {
    var sources: [String: DatasetAmount] = [:]
    for index in 0..<batch.count where verdicts.keeps(index) {
      sources[batch.sources.string(index), default: DatasetAmount()].add(
        textBytes: batch.texts.byteCount(index))
    }
    return sources
  }
}
