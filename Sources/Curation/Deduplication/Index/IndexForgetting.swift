import Corpora
import Runs
import Streams

/// Takes documents out of an index for good: removal requests.
///
/// Of each, its id, hashes, bands and shingle set are left out of files that are written anew; what
/// was found in the clusters that it belonged to is found anew from what the index has of their other
/// members, so no link leads over it any more. Places of documents stay, so that nothing else has to
/// be numbered anew: a byte says that one was forgotten.
package struct IndexForgetting {
  /// A document that went for another one of its cluster, where nobody stands for the cluster now.
  package struct Restorable: Sendable, Equatable {
    package var part: Int
    package var place: Int
    /// From 0, in order of the first document.
    package var cluster: Int
  }

  package struct Outcome: Sendable {
    package var index: DeduplicationIndex
    /// Documents that were forgotten; an id may have had several.
    package var forgotten = 0
    /// Ids that no document of the index has, in the order given.
    package var unknown: [String] = []
    /// In order of the documents.
    package var restorable: [Restorable] = []
  }

  private let index: DeduplicationIndex
  private let folder: IndexFolder
  private let memory: Int
  private let revision: Int

  /// - Parameter memory: bytes.
  package init(_ index: DeduplicationIndex, memory: Int = 1 << 30) {
    self.index = index
    folder = index.folder
    self.memory = memory
    revision = index.manifest.revision + 1
  }

  /// The documents of the ids, by part, and the ids that there are none of.
  private struct Found {
    var places: [[Int]]
    var unknown: [String]
    var count: Int { places.reduce(0) { $0 + $1.count } }
  }

  /// - Parameters:
  ///   - before: takes the outcome, with the index as it still is, before anything is changed.
  ///   - step: called before each step, for tests of what is left where one fails.
  package func perform(
    _ ids: [String], before: (Outcome) throws -> Void = { _ in },
    step: (String) throws -> Void = { _ in }
  ) throws -> Outcome {
    let found = try find(ids)
    guard found.count > 0 else {
      let outcome = Outcome(index: index, unknown: found.unknown)
      try before(outcome)
      return outcome
    }
    try step("clean")
    try folder.removeLeftOvers(index.manifest)
    let clusters = try AffectedClusters(index, forgotten: found.places)
    var states = try index.parts.indices.map { try index.states(part: $0) }
    for (part, places) in found.places.enumerated() {
      for place in places { states[part][place] = .forgotten }
    }
    try step("scratch")
    let scratch = try ScratchFolder(folder.file(IndexFolder.scratch))
    let evidence = try clusters.evidence(scratch, memory: memory)
    var outcome = Outcome(index: index, forgotten: found.count, unknown: found.unknown)
    outcome.restorable = try clusters.restorable(evidence, states)
    var manifest = index.manifest
    manifest.revision = revision
    try step("parts")
    try rewriteParts(&manifest, found.places, step)
    try step("evidence")
    try rewriteEvidence(&manifest, clusters, evidence)
    try before(outcome)
    try step("state")
    let state = IndexFolder.state(revision)
    try DocumentStateFile.write(states, to: folder.file(state))
    manifest.state = try folder.stamp(state)
    try step("manifest")
    try manifest.write(to: folder.manifest)
    try step("old files")
    try folder.removeLeftOvers(manifest)
    outcome.index = try DeduplicationIndex(index.path)
    return outcome
  }

  private func find(_ ids: [String]) throws -> Found {
    var isFound: [[UInt8]: Bool] = [:]
    for id in ids { isFound[Array(id.utf8)] = false }
    var places: [[Int]] = []
    for (part, files) in index.parts.enumerated() {
      let states = try index.states(part: part)
      let column = try IdentifierFile.Reader(folder.file(files.files.ids.path)).all()
      guard column.count == states.count else {
        throw index.damaged(
          files.files.ids.path, found: "\(column.count) ids", expected: "\(states.count)")
      }
      var hits: [Int] = []
      for place in states.indices where states[place] != .forgotten {
        let id = Array(column[place])
        guard isFound[id] != nil else { continue }
        isFound[id] = true
        hits.append(place)
      }
      places.append(hits)
    }
    var unknown: [String] = []
    for id in ids where isFound[Array(id.utf8)] == false {
      unknown.append(id)
      isFound[Array(id.utf8)] = nil
    }
    return Found(places: places, unknown: unknown)
  }

  // MARK: Files

  private func rewriteParts(
    _ manifest: inout IndexManifest, _ places: [[Int]], _ step: (String) throws -> Void
  ) throws {
    var part = 0
    for generation in manifest.generations.indices {
      for inner in manifest.generations[generation].parts.indices {
        if !places[part].isEmpty {
          let rewriting = PartRewriting(
            folder: folder, generation: manifest.generations[generation].number, part: inner,
            revision: revision, forgotten: Set(places[part]))
          try step("part")
          try rewriting.rewrite(&manifest.generations[generation].parts[inner])
        }
        part += 1
      }
    }
  }

  /// Leaves out what was found in the affected clusters, and adds what was found anew.
  private func rewriteEvidence(
    _ manifest: inout IndexManifest, _ clusters: AffectedClusters,
    _ found: DeduplicationStages.Evidence
  ) throws {
    let generation = manifest.generations.last?.number ?? 1
    let added = try IndexEvidence(
      folder: folder, generation: generation, revision: revision,
      documentCount: clusters.members.count
    ).write(found, firstNew: 0, after: manifest) { clusters.members[Int($0)] }
    let rewriting = EvidenceRewriting(
      folder: folder, generation: generation, revision: revision,
      documentCount: index.documentCount, clusters: clusters)
    manifest.equalGroups = try rewriting.groups(manifest.equalGroups, "equal") + added.equalGroups
    manifest.unverifiedGroups =
      try rewriting.groups(manifest.unverifiedGroups, "groups") + added.unverifiedGroups
    manifest.links = try rewriting.links(manifest.links) + added.links
  }
}

/// Writes files of groups and links anew, without what was found in some clusters.
private struct EvidenceRewriting {
  let folder: IndexFolder
  let generation: Int
  let revision: Int
  let documentCount: Int
  let clusters: AffectedClusters

  func groups(_ stamps: [FileStamp], _ kind: String) throws -> [FileStamp] {
    try stamps.enumerated().map { place, stamp in
      let path = folder.file(stamp.path)
      var isTouched = false
      try GroupFile.forEach(path, below: documentCount) { group in
        if clusters.contains(group[0]) { isTouched = true }
      }
      guard isTouched else { return stamp }
      let name = name(kind, place)
      let file = try GroupFile.Writer(folder.file(name))
      try GroupFile.forEach(path, below: documentCount) { group in
        if !clusters.contains(group[0]) { try file.append(group) }
      }
      try file.commit()
      return try folder.stamp(name)
    }
  }

  func links(_ stamps: [FileStamp]) throws -> [FileStamp] {
    try stamps.enumerated().map { place, stamp in
      let path = folder.file(stamp.path)
      var isTouched = false
      try LinkFile.forEach(path, below: documentCount) { link in
        if clusters.contains(link.a) { isTouched = true }
      }
      guard isTouched else { return stamp }
      let name = name("links", place)
      let file = try ValueFile.Writer(folder.file(name), kind: LinkFile.kind)
      try LinkFile.forEach(path, below: documentCount) { link in
        if !clusters.contains(link.a) { try LinkFile.append(link, to: file) }
      }
      try file.commit()
      return try folder.stamp(name)
    }
  }

  private func name(_ kind: String, _ place: Int) -> String {
    IndexFolder.file(kind, place, generation: generation, revision: revision)
  }
}

/// Writes the files of a part anew, without some documents.
private struct PartRewriting {
  let folder: IndexFolder
  let generation: Int
  let part: Int
  let revision: Int
  /// Places.
  let forgotten: Set<Int>

  func rewrite(_ files: inout IndexManifest.Part) throws {
    files.hashes = try rewriteRun(files.hashes, "hashes")
    files.bands = try files.bands.map { try rewriteRun($0, "bands") }
    let ids = try IdentifierFile.Reader(folder.file(files.ids.path)).all()
    var kept = ByteColumn()
    for place in 0..<ids.count {
      if forgotten.contains(place) { kept.appendEmpty() } else { kept.append(ids[place]) }
    }
    let idsName = name("ids")
    try IdentifierFile.write(kept, to: folder.file(idsName))
    files.ids = try folder.stamp(idsName)
    files.sets = try files.sets.map { old in
      let reader = try ShingleSetFile.Reader(folder.file(old.path))
      let name = name("sets")
      let writer = try ShingleSetFile.Writer(folder.file(name))
      for place in 0..<reader.count {
        try writer.append(forgotten.contains(place) ? [] : reader.set(place))
      }
      try writer.commit()
      return try folder.stamp(name)
    }
    files.ranks = try files.ranks.map { old in
      let ranks = try RankFile.read(folder.file(old.path))
      var (tiers, values) = (ranks.tiers ?? [], ranks.values ?? [])
      for place in forgotten where tiers.indices.contains(place) && values.indices.contains(place) {
        (tiers[place], values[place]) = (0, 0)
      }
      let name = name("ranks")
      try RankFile.write(tiers: tiers, values: values, to: folder.file(name))
      return try folder.stamp(name)
    }
  }

  private func name(_ kind: String) -> String {
    IndexFolder.file(kind, part, generation: generation, revision: revision)
  }

  private func rewriteRun(_ old: FileStamp, _ kind: String) throws -> FileStamp {
    let run = try HashRun(folder.file(old.path))
    var rows = HashRun.Rows(values: [], tables: run.tables, wordsPerHash: run.wordsPerHash)
    rows.values = try run.rows()
    rows.keep = (0..<run.documentCount).map { !forgotten.contains($0) }
    let name = name(kind)
    try HashRun.write(rows, to: folder.file(name))
    return try folder.stamp(name)
  }
}

extension HashRun {
  /// All hashes, row by row; zeros for a document without.
  func rows() throws -> [UInt64] {
    var rows = [UInt64](repeating: 0, count: documentCount * tables * wordsPerHash)
    try forEach { table, place, first, second in
      let at = (place * tables + table) * wordsPerHash
      rows[at] = first
      if wordsPerHash == 2 { rows[at + 1] = second }
    }
    return rows
  }

  /// Calls `body` with each hash, its table and the place of its document; the second word is 0 where
  /// there is none.
  func forEach(_ body: (_ table: Int, _ place: Int, _ first: UInt64, _ second: UInt64) -> Void)
    throws
  {
    for table in 0..<tables {
      let read = try read(table: table, buckets: 0..<Self.bucketCount)
      for index in read.places.indices {
        body(
          table, Int(read.places[index]), read.first[index],
          wordsPerHash == 2 ? read.second[index] : 0)
      }
    }
  }
}
