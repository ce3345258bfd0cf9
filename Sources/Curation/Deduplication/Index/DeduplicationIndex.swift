import Runs
import Streams

/// What becomes of documents of earlier updates when new ones come.
package enum Published: String, CaseIterable, Sendable {
  /// Survivors stay, whatever resembles them: they were published.
  case keep
  /// The keep rule decides over all; survivors that lose their place are named.
  case retract
}

/// What was seen by earlier deduplications: hashes, bands and shingle sets of all documents, their
/// ids, what was found equal and similar, and who survived. New documents are compared with it, and
/// added, without the old texts.
///
/// Old documents come first in the order of all documents, so the links between them are known, and
/// those to and among new ones are found by ``DeduplicationStages`` as they would have been with all
/// documents at once: the clusters of several updates are those of one.
package struct DeduplicationIndex: Sendable {
  /// A part, and the generation that brought it.
  package struct Part: Sendable {
    package var generation: Int
    package var files: IndexManifest.Part
    /// Its documents among all of the index.
    package var range: Range<Int>
  }

  package let path: String
  package let manifest: IndexManifest
  package let parts: [Part]
  let folder: IndexFolder

  package var documentCount: Int { parts.last?.range.upperBound ?? 0 }

  /// Removes files that a change left which was stopped; for whoever may write the index.
  package func removeLeftOvers() throws { try folder.removeLeftOvers(manifest) }

  /// Whether there is an index in a folder, whole or not.
  package static func exists(_ path: String) -> Bool {
    Folder.exists(IndexFolder(path: path).manifest)
  }

  /// - Throws: an input fault where a new index would come to lie among other files.
  package static func checkFitForNew(_ path: String) throws {
    try IndexFolder(path: path).checkFitForNew()
  }

  /// Opens an index and looks that all its files are there in full length.
  /// - Throws: an input fault where it is of another version, cut short or changed.
  package init(_ path: String) throws {
    let folder = IndexFolder(path: path)
    try self.init(path, IndexManifest.read(folder.manifest))
    for stamp in manifest.all {
      let found = Folder.byteCount(of: folder.file(stamp.path))
      guard found == stamp.bytes else {
        throw damaged(
          stamp.path, found: found.map { "\($0) bytes" } ?? "no such file",
          expected: "\(stamp.bytes) bytes")
      }
    }
  }

  private init(_ path: String, _ manifest: IndexManifest) throws {
    self.path = path
    self.manifest = manifest
    folder = IndexFolder(path: path)
    var parts: [Part] = []
    var start = 0
    for generation in manifest.generations {
      for part in generation.parts {
        let end = start + max(0, min(part.documents, Int(Int32.max)))
        parts.append(Part(generation: generation.number, files: part, range: start..<end))
        start = end
      }
    }
    self.parts = parts
    if let part = parts.first(where: { $0.files.documents != $0.range.count }) {
      throw damaged(
        IndexManifest.fileName, found: "a part of \(part.files.documents) documents",
        expected: "at most \(Int32.max)")
    }
  }

  func damaged(_ file: String, found: String, expected: String) -> Fault {
    Fault(
      .input, "the deduplication index '\(path)' is damaged", at: folder.file(file), found: found,
      expected: expected, hint: "restore it from a copy, or make it again from the documents")
  }

  /// How many files `check` reads.
  package var checkedCount: Int { manifest.readWhole.count }

  /// Reads a file whole and compares its digest. Shingle sets are not among these files: each is
  /// checked when it is read.
  package func check(_ index: Int) throws {
    let stamp = manifest.readWhole[index]
    let found = try folder.stamp(stamp.path)
    guard found == stamp else {
      throw damaged(
        stamp.path, found: "bytes of the digest \(found.digest)", expected: stamp.digest)
    }
  }

  /// - Throws: an input fault where the index was made with other settings.
  package func check(_ settings: IndexSettings) throws {
    guard let difference = manifest.settings.difference(from: settings) else { return }
    throw Fault(
      .input, "the deduplication index '\(path)' was made with other settings", at: path,
      found: difference.found, expected: difference.expected,
      hint: "give the settings of the index, or make another one: --index DIR --update")
  }

  /// - Throws: an input fault where documents of the index were ranked by another rule, so that they
  ///   cannot be compared with those that are ranked by this one.
  package func check(rankedBy rule: String) throws {
    guard let other = manifest.generations.first(where: { $0.rankedBy != rule }) else { return }
    throw Fault(
      .input, "documents of the index '\(path)' cannot lose their place by this keep rule",
      at: path, found: "generation \(other.number) was ranked by '\(other.rankedBy)'",
      expected: "'\(rule)'",
      hint: "use the same keep rule, or let published documents stay: --published keep")
  }

  /// Whether this update was added already.
  package func holds(update: String) -> Bool {
    manifest.generations.contains { $0.update == update }
  }

  // MARK: For the stages of deduplication

  /// Each part as a task of its own, to come before those of new documents.
  package var hashedParts: [HashedPart] {
    parts.enumerated().map { index, part in
      HashedPart(
        documents: DocumentPart(task: Int32(index), count: part.files.documents),
        equalRun: folder.file(part.files.hashes.path),
        bandRun: part.files.bands.map { folder.file($0.path) })
    }
  }

  /// What is known of the documents of the index, to be joined with what is found of new ones.
  package var evidence: DeduplicationStages.Evidence {
    DeduplicationStages.Evidence(
      equalGroups: manifest.equalGroups.map { folder.file($0.path) },
      links: manifest.links.map { folder.file($0.path) },
      unverifiedGroups: manifest.unverifiedGroups.map { folder.file($0.path) })
  }

  /// What may become of the documents of a part.
  package func preferences(part: Int, _ published: Published) throws -> KeepPreferences {
    let files = parts[part].files
    var preferences = KeepPreferences()
    if let ranks = files.ranks, published == .retract {
      preferences = try RankFile.read(folder.file(ranks.path))
    }
    preferences.standings = try states(part: part).map { state in
      switch state {
      case .survivor: published == .keep ? .fixed : .open
      case .removed, .forgotten: .gone
      }
    }
    return preferences
  }

  package func states(part: Int) throws -> [DocumentState] {
    try DocumentStateFile.read(folder.file(manifest.state.path), parts[part].range)
  }

  /// Hands over the shingle sets of a part's candidates.
  package func copySets(part: Int, to sets: CandidateSets) throws {
    guard !sets.places.isEmpty else { return }
    guard let file = parts[part].files.sets else {
      throw damaged(
        IndexManifest.fileName, found: "no shingle sets of part \(part)", expected: "sets")
    }
    try ShingleSetFile.copy(folder.file(file.path), to: sets)
  }

  /// The ids of documents, by the part and the place in it.
  package func identifiers() -> DocumentIdentifiers {
    let paths = parts.map { folder.file($0.files.ids.path) }
    return DocumentIdentifiers { paths[$0] }
  }
}

extension ShingleSetFile {
  /// Hands over the sets of candidates from a file that has those of all documents of their part.
  package static func copy(_ path: String, to sets: CandidateSets) throws {
    let reader = try Reader(path)
    for place in sets.places { try sets.append(reader.set(place)) }
  }
}
