import Corpora
import Runs
import Streams

/// What decides which document of a cluster stays: the priority of its source, then the rule, then
/// the first by address.
public struct KeepPolicy: Sendable {
  public let rule: KeepRule
  /// Sources whose documents go before all others, in this order.
  public let preferredSources: [String]
  /// Members of the metadata, or fields of the record, that may hold the date; the first of them
  /// that a document has decides.
  public let dateFields: [String]
  /// Scores texts for `highest:quality` where documents have no such attribute.
  let qualityModel: LinearClassifier?

  public static let defaultDateFields = [
    "date", "timestamp", "published", "created", "warc_date", "date_download", "crawl_date",
    "added",
  ]

  /// Keeps the first document by address.
  public static let first = KeepPolicy(rule: .first)

  private init(rule: KeepRule) {
    self.rule = rule
    preferredSources = []
    dateFields = Self.defaultDateFields
    qualityModel = nil
  }

  /// - Throws: an input fault for a signal that is a text or that an edit counts, for a source that
  ///   is named twice, and for more than 255 sources.
  public init(
    _ rule: KeepRule, preferredSources: [String] = [],
    dateFields: [String] = Self.defaultDateFields, qualityModel: LinearClassifier? = nil
  ) throws {
    if let signal = rule.signal { try Self.check(signal) }
    for (index, source) in preferredSources.enumerated()
    where preferredSources[..<index].contains(source) {
      throw Fault(
        .input, "the source '\(source)' is preferred twice",
        found: preferredSources.joined(separator: " "), expected: "each source once")
    }
    guard preferredSources.count <= Int(UInt8.max) else {
      throw Fault(
        .input, "too many sources are preferred", found: "\(preferredSources.count)",
        expected: "at most \(UInt8.max)")
    }
    self.rule = rule
    self.preferredSources = preferredSources
    self.dateFields = dateFields
    self.qualityModel = qualityModel
  }

  private static func check(_ name: String) throws {
    guard let signal = SignalRegistry.find(name) else { return }
    guard signal.kind == .number else {
      throw Fault(
        .input, "the signal '\(name)' cannot tell which duplicate stays", found: "a text",
        expected: "a number")
    }
    if let edit = SignalRegistry.edit(counting: name) {
      throw Fault(
        .input, "the signal '\(name)' cannot tell which duplicate stays",
        found: "a count of the edit \(edit), which is not made here",
        expected: "a signal that is measured on the text")
    }
  }

  /// Whether all documents have the same rank, so that none need be measured.
  public var keepsFirst: Bool { rule == .first && preferredSources.isEmpty }

  /// Whether the rule's signal can be measured where documents do not carry it.
  var measuresSignal: Bool {
    guard let name = rule.signal else { return false }
    return SignalRegistry.find(name) != nil
      || (name == LinearClassifier.qualityColumn && qualityModel != nil)
  }
}

/// How far a policy could be applied, over many documents.
public struct KeepTally: Sendable, Equatable {
  public var documents = 0
  /// Documents without the date or value that the rule asks for: they have the lowest rank.
  public var absent = 0
  /// Documents whose date or value could not be read: they have the lowest rank too.
  public var unreadable = 0
  /// Documents of each preferred source.
  public var ofSource: [Int]

  public init(_ policy: KeepPolicy) {
    ofSource = [Int](repeating: 0, count: policy.preferredSources.count)
  }

  /// Adds the tally of other documents under the same policy.
  public mutating func add(_ other: KeepTally) {
    documents += other.documents
    absent += other.absent
    unreadable += other.unreadable
    for (index, count) in other.ofSource.enumerated() where index < ofSource.count {
      ofSource[index] += count
    }
  }

  /// - Throws: an input fault where no document at all has the attribute that the rule names and
  ///   that nothing here measures.
  public func check(_ policy: KeepPolicy) throws {
    guard let name = policy.rule.signal, !policy.measuresSignal, documents > 0,
      absent + unreadable == documents
    else { return }
    let names = SignalRegistry.all.filter { $0.kind == .number }.map(\.name)
    throw Fault(
      .input, "there is no signal '\(name)', and no document has a number of that name",
      found: policy.rule.description,
      expected: "a signal of 'midstream filters list --signals' or an attribute of the documents",
      hint: NearestName.find(name, in: names + [LinearClassifier.qualityColumn])
        .map { "did you mean '\($0)'?" })
  }

  /// What a user should know of documents that the policy could not rank; a sentence each.
  public func notes(_ policy: KeepPolicy) -> [String] {
    var notes: [String] = []
    let what = policy.rule == .newest ? "date" : "'\(policy.rule.signal ?? "")'"
    if absent > 0 { notes.append("\(absent) of \(documents) documents have no \(what)") }
    if unreadable > 0 {
      notes.append("\(unreadable) of \(documents) documents have a \(what) that cannot be read")
    }
    for (source, count) in zip(policy.preferredSources, ofSource) where count == 0 {
      notes.append("no document is of the preferred source '\(source)'")
    }
    return notes
  }
}
