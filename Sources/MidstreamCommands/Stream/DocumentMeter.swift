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

  /// One column a measurement, one row a document.
  func measure(_ batch: DocumentBatch) throws -> ColumnTable {
    var table = try signals.measure(batch).signals
    var batch = batch
    language.detect(&batch)
    for name in batch.attributes.names {
      if let column = batch.attributes[name] { table.set(name, column) }
    }
    DomainTags.measure(batch, into: &table)
    if let classifier, let features { classifier.measure(batch, features, into: &table) }
    fingerprinter.measure(batch, into: &table)
    return table
  }
}
