import Corpora
import Curation
import Runs
import Streams

/// Everything that one thread needs to extract and measure documents; its buffers are reused from
/// document to document.
final class DocumentMeter {
  private let files = FileExtractor()
  private let signals: ChainMeter
  private let language = LanguageDetector()
  private let fingerprinter = Fingerprinter()
  private let classifier: LinearClassifier?
  private let features: HashedFeatures?

  init(chain: FilterChain, classifier: LinearClassifier?) throws {
    signals = try ChainMeter(chain)
    self.classifier = classifier
    features = classifier?.makeFeatures()
  }

  /// The text of a page, a text or a source file; or why it is skipped.
  func extract(_ raw: RawDocument, _ text: inout [UInt8]) -> String? { files.extract(raw, &text) }

  /// What was measured, one column a measurement and one row a document, and the documents after the
  /// packs' edits where a pack edits.
  struct Measured {
    var table: ColumnTable
    var edited: DocumentBatch?
  }

  /// The domain is told from the text as it was extracted; the quality, and what finds duplicates,
  /// are those of the text after the edits.
  /// - Parameter edits: whether a pack edits a document, by the index of the domain that its tags
  ///   say.
  func measure(
    _ batch: DocumentBatch, edits: (_ pack: Int, _ document: Int, _ tagged: UInt8) -> Bool
  ) throws -> Measured {
    var table = ColumnTable()
    DomainTags.measure(batch, into: &table)
    let tagged = try table.uint8(DomainTags.domainColumn)
    let measured = try signals.measure(batch) { pack, document in
      edits(pack, document, tagged[document])
    }
    for name in measured.signals.names {
      if let column = measured.signals[name] { table.set(name, column) }
    }
    if table[LanguageDetector.languageColumn] == nil {
      var batch = batch
      language.detect(&batch)
      for name in [LanguageDetector.languageColumn, LanguageDetector.scoreColumn] {
        if let column = batch.attributes[name] { table.set(name, column) }
      }
    }
    var final = batch
    if let texts = measured.texts { final.replaceTexts(with: texts) }
    if let classifier, let features { classifier.measure(final, features, into: &table) }
    fingerprinter.measure(final, into: &table)
    return Measured(table: table, edited: measured.texts == nil ? nil : final)
  }
}
