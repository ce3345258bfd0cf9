import Corpora
import Curation
import Runs
import Streams

/// What makes two documents equal.
enum EqualBy: String, Sendable {
  /// The normalised text.
  case text
  /// The normalised address; documents without one are equal to none.
  case url
}

/// What is measured of a batch before documents are compared.
struct SignedBatch: Sendable {
  var hashes: [UInt64] = []
  var bands: [UInt64] = []
  var tiers: [UInt8] = []
  var values: [Double] = []
  /// The shingle sets, where an index keeps them.
  var sets: [[UInt32]] = []
  /// Documents that are equal to none: they have no address.
  var unaddressed = 0
  /// What the keep rule found; nil where the first stays.
  var tally: KeepTally?
}

extension KeepTally {
  private static let absentKey = "keep: absent"
  private static let unreadableKey = "keep: unreadable"

  /// As a task's record has it.
  var counts: [String: Int] {
    var counts = [Self.absentKey: absent, Self.unreadableKey: unreadable]
    for (source, count) in ofSource.enumerated() { counts["keep: source \(source)"] = count }
    return counts
  }

  /// What all tasks found.
  init(_ policy: KeepPolicy, _ records: [CompletionRecord]) {
    self.init(policy)
    for record in records {
      documents += record.counts["documents"] ?? 0
      absent += record.counts[Self.absentKey] ?? 0
      unreadable += record.counts[Self.unreadableKey] ?? 0
      for source in ofSource.indices {
        ofSource[source] += record.counts["keep: source \(source)"] ?? 0
      }
    }
  }
}

/// Measures batches; for one thread.
final class SignWorker {
  private let fingerprinter: Fingerprinter
  private let equalBy: EqualBy
  private let hasBands: Bool
  private let keep: KeepMeter?
  private let sets: ShingleSetMaker?

  init(_ settings: DocumentDeduplication.Settings) throws {
    fingerprinter = Fingerprinter(plan: settings.plan ?? .fineWeb)
    equalBy = settings.equalBy
    hasBands = settings.plan != nil
    sets = settings.keepsSets ? settings.plan.map { ShingleSetMaker(plan: $0) } : nil
    keep = settings.keep.keepsFirst ? nil : try KeepMeter(settings.keep)
  }

  func measure(_ batch: DocumentBatch) throws -> SignedBatch {
    var signed = SignedBatch()
    signed.hashes =
      switch equalBy {
      case .text: fingerprinter.textHashes(batch.texts)
      case .url: fingerprinter.urlHashes(batch)
      }
    if equalBy == .url {
      signed.unaddressed = (0..<batch.count).count {
        signed.hashes[$0 * 2] == 0 && signed.hashes[$0 * 2 + 1] == 0
      }
    }
    if hasBands { signed.bands = fingerprinter.bands(batch.texts) }
    if let sets {
      signed.sets = (0..<batch.count).map { index in
        batch.texts.withBytes(index) { sets.set(of: $0).hashes }
      }
    }
    if let measured = try keep?.measure(batch) {
      signed.tiers = measured.ranks.map(\.tier)
      signed.values = measured.ranks.map(\.value)
      signed.tally = measured.tally
    }
    return signed
  }
}

/// Writes what was measured of one input, a part at a time.
struct SignedParts {
  /// Documents of a part.
  static let size = 1 << 18

  private let run: RunFolder
  private let file: Int
  private let bands: Int
  private var ids = ByteColumn()
  private var sets: ShingleSetFile.Writer?
  private var rows = SignedBatch()
  private(set) var outputs: [String] = []
  private(set) var documents = 0
  private var parts = 0

  init(_ run: RunFolder, file: Int, bands: Int) {
    self.run = run
    self.file = file
    self.bands = bands
  }

  mutating func append(_ batch: DocumentBatch, _ signed: SignedBatch) throws {
    documents += batch.count
    var from = 0
    while from < batch.count {
      let to = min(batch.count, from + Self.size - ids.count)
      for index in from..<to { ids.append(batch.ids[index]) }
      if !signed.sets.isEmpty { try append(signed.sets[from..<to]) }
      rows.hashes += signed.hashes[from * 2..<to * 2]
      if bands > 0 { rows.bands += signed.bands[from * bands..<to * bands] }
      if !signed.tiers.isEmpty {
        rows.tiers += signed.tiers[from..<to]
        rows.values += signed.values[from..<to]
      }
      from = to
      if ids.count == Self.size { try writePart() }
    }
  }

  private mutating func append(_ stretch: ArraySlice<[UInt32]>) throws {
    let file =
      try sets ?? ShingleSetFile.Writer(run.file(PartPaths(file: file, part: parts).allSets))
    sets = file
    for set in stretch { try file.append(set) }
  }

  mutating func finish() throws {
    if ids.count > 0 { try writePart() }
  }

  private mutating func writePart() throws {
    let paths = PartPaths(file: file, part: parts)
    try DeduplicationStages.writeEqualRun(rows.hashes, keep: nil, to: run.file(paths.hashes))
    try IdentifierFile.write(ids, to: run.file(paths.ids))
    outputs += [paths.hashes, paths.ids]
    if bands > 0 {
      try DeduplicationStages.writeBandRun(
        rows.bands, bands: bands, keep: nil, to: run.file(paths.bands))
      outputs.append(paths.bands)
    }
    if !rows.tiers.isEmpty {
      try RankFile.write(tiers: rows.tiers, values: rows.values, to: run.file(paths.ranks))
      outputs.append(paths.ranks)
    }
    if let sets {
      try sets.commit()
      outputs.append(paths.allSets)
    }
    sets = nil
    parts += 1
    ids = ByteColumn()
    rows = SignedBatch()
  }
}

/// Where what was measured of a part is, in the run's folder.
struct PartPaths {
  let name: String

  init(file: Int, part: Int) { name = zeroPadded(file) + "-" + zeroPadded(part, to: 4) }

  var hashes: String { "work/hashes/\(name)" }
  var bands: String { "work/bands/\(name)" }
  var ids: String { "work/ids/\(name)" }
  var ranks: String { "work/ranks/\(name).columns" }
  var sets: String { "work/sets/\(name)" }
  /// Of all documents of the part, where an index keeps them.
  var allSets: String { "work/all-sets/\(name)" }
}
