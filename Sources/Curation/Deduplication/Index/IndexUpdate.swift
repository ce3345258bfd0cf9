import Runs
import Streams

/// Adds documents that were deduplicated to an index, as its next generation.
///
/// Everything is written under new names first. Replacing `index.json` is the change; before it the
/// index is as it was, after it the files that it no longer names are removed.
package struct IndexUpdate {
  /// Files of consecutive new documents.
  package struct Part: Sendable {
    package var documents: Int
    package var hashes: String
    package var bands: String?
    package var ids: String
    package var sets: String?
    package var ranks: String?

    package init(
      documents: Int, hashes: String, bands: String? = nil, ids: String, sets: String? = nil,
      ranks: String? = nil
    ) {
      self.documents = documents
      self.hashes = hashes
      self.bands = bands
      self.ids = ids
      self.sets = sets
      self.ranks = ranks
    }
  }

  /// What the stages found.
  package struct Findings: Sendable {
    package var stages: DeduplicationStages
    /// Of new documents only.
    package var evidence: DeduplicationStages.Evidence
    package var removals: String
    package var survivors: String

    package init(
      stages: DeduplicationStages, evidence: DeduplicationStages.Evidence, removals: String,
      survivors: String
    ) {
      self.stages = stages
      self.evidence = evidence
      self.removals = removals
      self.survivors = survivors
    }
  }

  private let folder: IndexFolder
  /// Nil for a new index.
  private let index: DeduplicationIndex?
  private let settings: IndexSettings
  /// Names the update: the same one is not added twice.
  private let name: String
  private let rankedBy: String

  package init(
    _ path: String, index: DeduplicationIndex?, settings: IndexSettings, name: String,
    rankedBy: String
  ) throws {
    folder = IndexFolder(path: path)
    self.index = index
    self.settings = settings
    self.name = name
    self.rankedBy = rankedBy
    if let index { try index.check(settings) } else { try folder.checkFitForNew() }
  }

  /// - Parameter step: called before each step, for tests of what is left where one fails.
  package func commit(
    _ parts: [Part], _ findings: Findings, step: (String) throws -> Void = { _ in }
  ) throws -> DeduplicationIndex {
    let number = (index?.manifest.generations.last?.number ?? 0) + 1
    let revision = (index?.manifest.revision ?? 0) + 1
    try step("clean")
    try folder.removeLeftOvers(index?.manifest)
    var stamps: [IndexManifest.Part] = []
    for (place, part) in parts.enumerated() {
      func take(_ source: String, _ kind: String) throws -> FileStamp {
        try step("part")
        return try folder.take(
          source,
          as: IndexFolder.file(kind, place, generation: number, revision: revision))
      }
      stamps.append(
        IndexManifest.Part(
          documents: part.documents, hashes: try take(part.hashes, "hashes"),
          bands: try part.bands.map { try take($0, "bands") },
          ids: try take(part.ids, "ids"), sets: try part.sets.map { try take($0, "sets") },
          ranks: try part.ranks.map { try take($0, "ranks") }))
    }
    try step("evidence")
    let evidence = try IndexEvidence(
      folder: folder, generation: number, revision: revision,
      documentCount: findings.stages.documentCount
    ).write(findings.evidence, firstNew: index?.documentCount ?? 0, after: index?.manifest)
    try step("state")
    let state = IndexFolder.state(revision)
    try DocumentStateFile.write(try states(findings), to: folder.file(state))
    var manifest = IndexManifest(settings: settings, state: try folder.stamp(state))
    manifest.revision = revision
    manifest.generations =
      (index?.manifest.generations ?? []) + [
        IndexManifest.Generation(number: number, update: name, rankedBy: rankedBy, parts: stamps)
      ]
    manifest.equalGroups = (index?.manifest.equalGroups ?? []) + evidence.equalGroups
    manifest.links = (index?.manifest.links ?? []) + evidence.links
    manifest.unverifiedGroups =
      (index?.manifest.unverifiedGroups ?? []) + evidence.unverifiedGroups
    try step("manifest")
    try manifest.write(to: folder.manifest)
    try step("old state")
    try folder.removeLeftOvers(manifest)
    return try DeduplicationIndex(folder.path)
  }

  /// The states of all documents, part by part, after the selection.
  private func states(_ findings: Findings) throws -> [[DocumentState]] {
    let selected = try findings.stages.selected(
      removals: findings.removals, survivors: findings.survivors)
    let numbering = findings.stages.numbering
    let known = index?.parts.count ?? 0
    return try numbering.parts.indices.map { part in
      let range = numbering.range(ofPart: part)
      var states =
        part < known
        ? try index?.states(part: part) ?? []
        : [DocumentState](repeating: .survivor, count: range.count)
      for removal in try selected.numberedRemovals(part: part) where !removal.wasGone {
        let place = Int(removal.removed) - range.lowerBound
        guard states.indices.contains(place) else {
          throw Fault(
            .failure, "the selection is not that of these documents",
            found: "document \(removal.removed)", expected: "one of \(range)")
        }
        states[place] = .removed
      }
      return states
    }
  }
}
