import Corpora
import Streams

@testable import Curation

/// Deduplicates small corpora against an index, as the command does it, a few documents a part.
struct IndexedCorpus {
  struct Member: Sendable {
    var id: String
    var text: String
  }

  struct Outcome {
    /// Ids of new documents, in order.
    var kept: [String] = []
    /// By the id of the new document that goes.
    var removed: [String: DuplicateClusters.Removal] = [:]
    /// Old survivors that lose their place, and which document stays.
    var retracted: [String] = []
    var statistics = DuplicateClusters.Statistics()
    var index: DeduplicationIndex?
  }

  let scratch: ScratchFolder
  var plan: MinHashPlan? = .fineWeb
  var threshold = 0.8
  var verifies = true
  var partSize = 61
  var memory = 1 << 20
  var threads = 1

  init() throws { scratch = try ScratchFolder() }

  var settings: IndexSettings {
    IndexSettings(equalBy: "text", plan: plan, similarity: verifies ? threshold : nil)
  }

  /// - Parameter update: the name of the update to add; nil: compare only.
  func deduplicate(
    _ members: [Member], index path: String?, update: String?, _ published: Published = .keep,
    step: (String) throws -> Void = { _ in }
  ) throws -> Outcome {
    let old = try path.flatMap {
      DeduplicationIndex.exists($0) ? try DeduplicationIndex($0) : nil
    }
    if let old {
      try old.check(settings)
      for file in 0..<old.checkedCount { try old.check(file) }
    }
    let parts = try sign(members)
    let known = old?.hashedParts ?? []
    let own = parts.enumerated().map { index, part in
      HashedPart(
        documents: DocumentPart(task: Int32(known.count + index), count: part.documents),
        equalRun: part.hashes, bandRun: part.bands)
    }
    let stages = try DeduplicationStages(
      known + own, knownParts: known.count, threshold: threshold, memory: memory)
    let found = try findings(stages, old, parts)
    var all = old?.evidence ?? DeduplicationStages.Evidence(equalGroups: [])
    all.equalGroups += found.evidence.equalGroups
    all.links += found.evidence.links
    all.unverifiedGroups += found.evidence.unverifiedGroups
    var outcome = Outcome()
    outcome.statistics = try stages.select(
      all, removals: found.removals, survivors: found.survivors
    ) { part in
      part < known.count ? try old?.preferences(part: part, published) ?? .init() : .init()
    }
    let selected = try stages.selected(removals: found.removals, survivors: found.survivors)
    for (index, _) in own.enumerated() {
      let first = index * partSize
      let removals = try selected.removals(part: known.count + index)
      for removal in removals {
        outcome.removed[members[first + Int(removal.removed.ordinal)].id] = removal
      }
      let gone = Set(removals.map { Int($0.removed.ordinal) })
      for place in 0..<parts[index].documents where !gone.contains(place) {
        outcome.kept.append(members[first + place].id)
      }
    }
    let ids = old?.identifiers()
    for part in known.indices {
      for removal in try selected.retractions(part: part) {
        outcome.retracted.append(
          try ids?.id(part: part, place: Int(removal.removed.ordinal)) ?? "")
      }
    }
    outcome.index = old
    guard let path, let update else { return outcome }
    outcome.index = try IndexUpdate(
      path, index: old, settings: settings, name: update, rankedBy: "first"
    ).commit(parts, found, step: step)
    return outcome
  }

  private func sign(_ members: [Member]) throws -> [IndexUpdate.Part] {
    let fingerprinter = Fingerprinter(plan: plan ?? .fineWeb)
    let maker = ShingleSetMaker(plan: plan ?? .fineWeb)
    return try stride(from: 0, to: members.count, by: partSize).map { first in
      let stretch = members[first..<min(members.count, first + partSize)]
      let texts = ByteColumn(stretch.map(\.text))
      func file(_ kind: String) -> String { scratch.file("\(kind)-\(first)") }
      var part = IndexUpdate.Part(
        documents: stretch.count, hashes: file("hashes"), ids: file("ids"))
      for path in [part.hashes, part.ids, file("bands"), file("sets")] { try Folder.remove(path) }
      try DeduplicationStages.writeEqualRun(
        fingerprinter.textHashes(texts), keep: nil, to: part.hashes)
      try IdentifierFile.write(ByteColumn(stretch.map(\.id)), to: part.ids)
      guard let plan else { return part }
      part.bands = file("bands")
      try DeduplicationStages.writeBandRun(
        fingerprinter.bands(texts), bands: plan.bands, keep: nil, to: file("bands"))
      part.sets = file("sets")
      let sets = try ShingleSetFile.Writer(file("sets"))
      for index in 0..<texts.count {
        try sets.append(texts.withBytes(index) { maker.set(of: $0).hashes })
      }
      try sets.commit()
      return part
    }
  }

  private func findings(
    _ stages: DeduplicationStages, _ old: DeduplicationIndex?, _ parts: [IndexUpdate.Part]
  ) throws -> IndexUpdate.Findings {
    var evidence = DeduplicationStages.Evidence(equalGroups: [])
    let equalTexts = try stages.equalMatching()
    for piece in 0..<equalTexts.pieceCount {
      evidence.equalGroups.append(scratch.file("equal-\(piece)"))
      try equalTexts.write(piece: piece, to: scratch.file("equal-\(piece)"))
    }
    if plan != nil {
      let equal = (old?.evidence.equalGroups ?? []) + evidence.equalGroups
      let matching = try stages.bandMatching(equalGroups: equal)
      let groups = try (0..<matching.pieceCount).map { piece in
        let path = scratch.file("groups-\(piece)")
        try matching.write(piece: piece, to: path)
        return path
      }
      if verifies {
        evidence.links = try links(stages, old, parts, groups)
      } else {
        evidence.unverifiedGroups = groups
      }
    }
    return IndexUpdate.Findings(
      stages: stages, evidence: evidence, removals: scratch.file("removals"),
      survivors: scratch.file("survivors"))
  }

  private func links(
    _ stages: DeduplicationStages, _ old: DeduplicationIndex?, _ parts: [IndexUpdate.Part],
    _ groups: [String]
  ) throws -> [String] {
    let files = DeduplicationStages.CandidateFiles(
      candidates: scratch.file("candidates"), groups: scratch.file("candidate-groups"))
    _ = try stages.binCandidates(groups: groups, to: files)
    let known = old?.parts.count ?? 0
    let sets = try stages.parts.indices.map { part in
      let path = scratch.file("candidate-sets-\(part)")
      let sets = try CandidateSets(part: part, of: stages, files, to: path)
      if part < known {
        try old?.copySets(part: part, to: sets)
      } else if let own = parts[part - known].sets {
        try ShingleSetFile.copy(own, to: sets)
      }
      try sets.commit()
      return path
    }
    let verification = try stages.verification(files, sets: sets)
    return try (0..<verification.pieceCount).map { piece in
      let path = scratch.file("links-\(piece)")
      _ = try verification.verify(piece: piece, to: path)
      return path
    }
  }
}

/// A drawn corpus: chains of texts, each like the one before but not like those further back, exact
/// copies, and texts that stand alone; shuffled, so that a cut anywhere cuts chains and separates
/// clusters that a later document joins.
func textsWithChains(_ seed: UInt64, chains: Int = 18) -> [IndexedCorpus.Member] {
  var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
  func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
  var texts: [String] = []
  for _ in 0..<chains {
    var words = (0..<120 + random(200)).map { _ in "w\(random(5000))" }
    for _ in 0..<1 + random(6) {
      texts.append(words.joined(separator: " "))
      if random(3) == 0 { texts.append(words.joined(separator: "\n").uppercased()) }
      // Each change takes about five shingles of both: some steps are links and some are not.
      for _ in 0..<words.count / 60 + random(2) { words[random(words.count)] = "x\(random(5000))" }
    }
  }
  texts += ["", " ", "one", "ONE", "two words", "two  words"]
  for index in stride(from: texts.count - 1, to: 0, by: -1) {
    texts.swapAt(index, random(index + 1))
  }
  return texts.enumerated().map { IndexedCorpus.Member(id: "d\($0)", text: $1) }
}
