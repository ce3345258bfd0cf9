import Corpora
import Curation
import Streams

/// What packs say of one document, with the places that made them say so: what
/// `filters try --json` prints.
struct Judgement: Encodable {
  /// The text as it came, or as an edit left it.
  struct Version: Encodable {
    /// The edit that made it; absent for the text as it came.
    var edit: String?
    var pack: String?
    var bytes: Int
    /// What the edit did; the first of them.
    var changes: [Change]
    var changeCount: Int
  }

  struct Change: Encodable {
    /// Bytes of the version before, from 0.
    var start: Int
    var end: Int
    var reason: String
    var replacement: String
  }

  var file: String
  /// Of a document of a file of many, and its number there, from 1.
  var id: String?
  var record: Int?
  var bytes: Int
  var language: String
  var languageScore: Double
  var keeps: Bool
  var rules: [TrialRecord]
  /// The texts that rules judged, in order.
  var versions: [Version]

  private static let changesShown = 1_000
  /// Places of one signal.
  private static let placesShown = 64
  private static let placeBytes = 1_000

  /// - Parameter texts: takes the text of each version.
  init(_ document: TriedDocument, _ packs: [FilterPack], texts: inout [[UInt8]]) throws {
    let batch = document.batch
    let chain = FilterChain(packs)
    // One document has no site: nothing is repeated.
    let siteLines = FrozenSiteLines()
    let meter = try ChainMeter(chain, siteLines: siteLines)
    let trials = try chain.trials(on: meter.measure(batch).signals)
    let finder = try EvidenceFinder(chain, siteLines: siteLines)
    let replay = try finder.replay(batch, 0)
    let failed = zip(chain.rules, trials).filter { $1.verdict == .fails }.map { $0.0 }
    var spans = try finder.spans(of: failed, in: replay, limit: Self.placesShown)[...]
    rules = zip(chain.rules, trials).map { bound, trial in
      var record = TrialRecord(pack: packs[trial.pack].name, trial)
      record.version = bound.version
      if trial.verdict == .fails {
        record.evidence = spans.popFirst()?.map { span in
          TrialRecord.Evidence(
            signal: span.signal, version: span.version, start: span.range.lowerBound,
            end: span.range.upperBound,
            text: Excerpts.start(
              of: replay.versions[span.version].text[span.range], Self.placeBytes))
        }
      }
      return record
    }
    versions = replay.versions.map { version in
      Version(
        edit: version.edit, pack: version.edit == nil ? nil : packs[version.pack].name,
        bytes: version.text.count,
        changes: version.changes.prefix(Self.changesShown).map {
          Change(
            start: $0.range.lowerBound, end: $0.range.upperBound, reason: $0.reason,
            replacement: $0.replacement)
        }, changeCount: version.changes.count)
    }
    texts = replay.versions.map(\.text)
    let language = batch.texts.withBytes(0) { LanguageDetector().detect($0) }
    file = document.file
    id = document.number == nil ? nil : batch.ids.string(0)
    record = document.number
    bytes = batch.texts.byteCount(0)
    self.language = language.code
    languageScore = Double(language.score)
    keeps = failed.isEmpty
  }
}
