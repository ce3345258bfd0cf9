import Corpora
import Streams

/// Packs one after the other as one list of steps: which versions of the text there are, what is
/// measured on each of them and under which column, and which columns each rule reads.
///
/// The text as it came is version 0; each edit makes the next one. A column is named for its signal,
/// for the way of cutting words where it is not datatrove's, and for its version where that is not
/// the text as it came: `word_count`, `word_count.whitespace`, `word_count@c4_lines-1f0a33b2`. The
/// digest is that of all edits up to there with their options: the same name means the same number.
/// The column of a list has the list's digest: `bad_words-5d21c9aa`.
public struct FilterChain: Sendable, Equatable {
  public let packs: [FilterPack]
  /// In the order in which decisions list them.
  public let rules: [BoundRule]
  let versions: [Version]

  /// A rule, its pack, and the columns of the signals that it reads.
  public struct BoundRule: Sendable, Equatable {
    /// Index into `packs`.
    public let pack: Int
    public let rule: FilterRule
    /// Column by signal.
    public let columns: [String: String]
    /// Where each signal that it reads was measured.
    public let places: [String: SignalPlace]
    /// The version of the text that the rule judges: 0 as it came, one more behind each edit.
    public let version: Int

    /// The verdict on every document of a table of signals.
    func verdicts(on signals: ColumnTable) throws -> [RuleVerdict.RawValue] {
      try rule.program.evaluate(signals, columns: columns)
    }
  }

  /// What a signal was measured on.
  public struct SignalPlace: Sendable, Equatable {
    /// The version of the text; of a count that an edit takes, the version that this edit makes.
    public let version: Int
    public let words: WordMode
  }

  /// A text as some edits left it.
  struct Version: Sendable, Equatable {
    /// In columns; empty for the text as it came.
    var name: String
    /// What makes it from the version before, and the pack that wants it.
    var edit: PackEdit?
    var pack = 0
    /// The columns of the edit's own counts, in its order.
    var counts: [String] = []
    /// Measured on the text alone.
    var texts: [SignalMeter.Measurement] = []
    /// Column measures that are wanted: index into `ColumnMeasure.all`.
    var columns: [Int] = []
    var lists: [MeasuredList] = []
  }

  /// A list of a pack under the name of its column.
  struct MeasuredList: Sendable, Equatable {
    var column: String
    var list: PackList
  }

  public init(_ packs: [FilterPack]) {
    self.packs = packs
    var versions = [Version(name: "")]
    var rules: [BoundRule] = []
    var edits: [String] = []
    for (index, pack) in packs.enumerated() {
      var columns: [String: String] = [:]
      var places: [String: SignalPlace] = [:]
      for step in pack.steps {
        let last = versions.count - 1
        switch step {
        case .measure(let names, let words):
          for name in names {
            columns[name] = Self.measure(name, words, in: &versions[last])
            places[name] = SignalPlace(version: last, words: words)
          }
        case .list(let list):
          // What no edit changes is measured once, on the documents as they came.
          let version = list.readsURL ? 0 : last
          columns[list.name] = Self.measure(list, in: &versions[version])
          places[list.name] = SignalPlace(version: version, words: .datatrove)
        case .edit(let edit):
          edits.append("\(edit.name) \(edit.edit.configuration)")
          let digest = ContentDigest(edits.joined(separator: "\n")).hex.prefix(8)
          var version = Version(name: "\(edit.name)-\(digest)", edit: edit, pack: index)
          for signal in type(of: edit.edit).signals {
            let column = "\(signal.name)@\(version.name)"
            version.counts.append(column)
            columns[signal.name] = column
            places[signal.name] = SignalPlace(version: versions.count, words: .datatrove)
          }
          versions.append(version)
        case .rule(let rule):
          let read = rule.signals.map { ($0, columns[$0] ?? $0) }
          rules.append(
            BoundRule(
              pack: index, rule: rule,
              columns: Dictionary(read, uniquingKeysWith: { first, _ in first }),
              places: places.filter { rule.signals.contains($0.key) }, version: last))
        }
      }
    }
    self.versions = versions
    self.rules = rules
  }

  /// The column of a signal of this version; adds it to what is measured.
  private static func measure(
    _ name: String, _ words: WordMode, in version: inout Version
  ) -> String {
    let isDefault = words == .datatrove || !SignalMeter.needsWords(name)
    let suffix = version.name.isEmpty ? "" : "@\(version.name)"
    let column = name + (isDefault ? "" : ".\(words.rawValue)") + suffix
    if case .column(let index) = SignalRegistry.entries[name]?.source {
      if !version.columns.contains(index) { version.columns.append(index) }
      return column
    }
    // One measurement for all ways of cutting words where the signal reads none.
    let measurement = SignalMeter.Measurement(
      column: column, signal: name, words: isDefault ? .datatrove : words)
    if !version.texts.contains(measurement) { version.texts.append(measurement) }
    return column
  }

  /// The column of a list on this version; adds it to what is measured.
  private static func measure(_ list: PackList, in version: inout Version) -> String {
    let column = list.column + (version.name.isEmpty ? "" : "@\(version.name)")
    let measured = MeasuredList(column: column, list: list)
    if !version.lists.contains(measured) { version.lists.append(measured) }
    return column
  }

  /// Whether any pack changes texts.
  public var edits: Bool { versions.count > 1 }

  /// Whether a pack removes lines that a site repeats, so that all inputs must be counted before the
  /// first is edited (`SiteLineCounts`), for `ChainMeter`.
  public var needsSiteLines: Bool { siteLineMinimum != nil }

  /// The least number of documents that makes a line one that its site repeats, for
  /// `SiteLineCounts.freeze`; nil where no pack removes such lines.
  public var siteLineMinimum: Int? {
    versions.compactMap { ($0.edit?.edit as? SiteBoilerplate)?.minimumDocuments }.min()
  }

  /// Every column that is measured, in order: those of version 0 first.
  public var columns: [String] {
    versions.flatMap { version in
      version.counts + version.texts.map(\.column)
        + version.columns.flatMap { index in
          ColumnMeasure.all[index].signals.map {
            version.name.isEmpty ? $0.name : "\($0.name)@\(version.name)"
          }
        } + version.lists.map(\.column)
    }
  }

  /// A text that is the same for two chains whose columns and texts are the same.
  public var measurementDigest: String {
    let parts = versions.map { version in
      "\(version.name) \(version.edit?.edit.configuration ?? "") \(version.counts) "
        + "\(version.texts.map(\.column)) \(version.columns) \(version.lists.map(\.column))"
    }
    return ContentDigest(parts.joined(separator: "\n")).hex
  }
}
