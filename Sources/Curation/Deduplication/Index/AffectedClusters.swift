import Runs
import Streams

/// The clusters that lose a document, and what is found in them without it.
struct AffectedClusters {
  private let index: DeduplicationIndex
  /// The documents of these clusters, forgotten ones too.
  private var documents: NumberSet
  /// Those that are left, in order.
  let members: [UInt64]

  /// - Parameter forgotten: places by part.
  init(_ index: DeduplicationIndex, forgotten: [[Int]]) throws {
    self.index = index
    let count = index.documentCount
    var linked = NumberSet(count: count)
    try Self.forEachPair(index.evidence, below: count) { a, b in
      linked.insert(Int(a))
      linked.insert(Int(b))
    }
    linked.countMembers()
    guard linked.memberCount < Int(UInt32.max) else {
      throw Fault(
        .input, "too many documents of the index are in clusters of duplicates",
        found: "\(linked.memberCount)", expected: "fewer than \(UInt32.max)")
    }
    var clusters = UnionFind(count: linked.memberCount)
    try Self.forEachPair(index.evidence, below: count) { a, b in
      clusters.join(UInt32(linked.rank(Int(a))), UInt32(linked.rank(Int(b))))
    }
    var isAffected = [Bool](repeating: false, count: linked.memberCount)
    var isForgotten = NumberSet(count: count)
    for (part, places) in forgotten.enumerated() {
      for place in places {
        let number = index.parts[part].range.lowerBound + place
        isForgotten.insert(number)
        guard linked.contains(number) else { continue }
        isAffected[Int(clusters.root(UInt32(linked.rank(number))))] = true
      }
    }
    var documents = NumberSet(count: count)
    var members: [UInt64] = []
    linked.forEach(in: 0..<count) { number in
      guard isAffected[Int(clusters.root(UInt32(linked.rank(number))))] else { return }
      documents.insert(number)
      if !isForgotten.contains(number) { members.append(UInt64(number)) }
    }
    self.documents = documents
    self.members = members
  }

  func contains(_ number: UInt64) -> Bool { documents.contains(Int(number)) }

  private static func forEachPair(
    _ evidence: DeduplicationStages.Evidence, below count: Int, _ body: (UInt64, UInt64) -> Void
  ) throws {
    for path in evidence.equalGroups + evidence.unverifiedGroups {
      try GroupFile.forEach(path, below: count) { group in
        for member in group.dropFirst() { body(group[0], member) }
      }
    }
    for path in evidence.links {
      try LinkFile.forEach(path, below: count) { body($0.a, $0.b) }
    }
  }

  // MARK: What is found anew

  /// What is equal and similar among the members, by their places among `members`: some were only
  /// connected over a document that is gone, and were never compared with each other.
  func evidence(_ scratch: ScratchFolder, memory: Int) throws -> DeduplicationStages.Evidence {
    guard members.count > 1 else { return DeduplicationStages.Evidence(equalGroups: []) }
    let hashes = scratch.file("hashes")
    try writeRun(hashes) { $0.hashes }
    var bands: String?
    if index.manifest.settings.sketch != nil {
      let path = scratch.file("bands")
      try writeRun(path) { $0.bands }
      bands = path
    }
    let part = HashedPart(
      documents: DocumentPart(task: 0, count: members.count), equalRun: hashes, bandRun: bands)
    let similarity = index.manifest.settings.similarity
    let stages = try DeduplicationStages([part], threshold: similarity ?? 1, memory: memory)
    var evidence = DeduplicationStages.Evidence(equalGroups: [])
    let equal = try stages.equalMatching()
    for piece in 0..<equal.pieceCount {
      let path = scratch.file("equal-\(piece)")
      try equal.write(piece: piece, to: path)
      evidence.equalGroups.append(path)
    }
    guard bands != nil else { return evidence }
    var groups: [String] = []
    let matching = try stages.bandMatching(equalGroups: evidence.equalGroups)
    for piece in 0..<matching.pieceCount {
      let path = scratch.file("groups-\(piece)")
      try matching.write(piece: piece, to: path)
      groups.append(path)
    }
    if similarity == nil {
      evidence.unverifiedGroups = groups
    } else {
      evidence.links = try verify(stages, groups, scratch)
    }
    return evidence
  }

  private func verify(
    _ stages: DeduplicationStages, _ groups: [String], _ scratch: ScratchFolder
  ) throws -> [String] {
    let files = DeduplicationStages.CandidateFiles(
      candidates: scratch.file("candidates"), groups: scratch.file("candidate-groups"))
    _ = try stages.binCandidates(groups: groups, to: files)
    let path = scratch.file("sets")
    let sets = try CandidateSets(part: 0, of: stages, files, to: path)
    try writeSets(sets)
    let verification = try stages.verification(files, sets: [path])
    return try (0..<verification.pieceCount).map { piece in
      let output = scratch.file("links-\(piece)")
      _ = try verification.verify(piece: piece, to: output)
      return output
    }
  }

  /// The hashes of the members, from the runs of their parts.
  private func writeRun(_ path: String, _ file: (IndexManifest.Part) -> FileStamp?) throws {
    var rows: HashRun.Rows?
    try forEachPart { part, range in
      let (files, start) = (index.parts[part].files, index.parts[part].range.lowerBound)
      guard let stamp = file(files) else {
        throw index.damaged(
          IndexManifest.fileName, found: "no bands of part \(part)", expected: "bands")
      }
      let run = try HashRun(index.folder.file(stamp.path))
      let width = run.tables * run.wordsPerHash
      var values =
        rows?.values ?? [UInt64](repeating: 0, count: members.count * width)
      guard values.count == members.count * width else {
        throw index.damaged(
          stamp.path, found: "\(run.tables) hashes a document",
          expected: "\(values.count / max(1, members.count))")
      }
      rows = nil
      let place = Dictionary(
        uniqueKeysWithValues: range.map { (Int(members[$0]) - start, $0) })
      try run.forEach { table, document, first, second in
        guard let row = place[document] else { return }
        let at = row * width + table * run.wordsPerHash
        values[at] = first
        if run.wordsPerHash == 2 { values[at + 1] = second }
      }
      rows = HashRun.Rows(values: values, tables: run.tables, wordsPerHash: run.wordsPerHash)
    }
    if let rows { try HashRun.write(rows, to: path) }
  }

  private func writeSets(_ sets: CandidateSets) throws {
    var next = 0
    try forEachPart { part, range in
      guard let file = index.parts[part].files.sets else { return }
      let start = index.parts[part].range.lowerBound
      let reader = try ShingleSetFile.Reader(index.folder.file(file.path))
      while next < sets.places.count, range.contains(sets.places[next]) {
        try sets.append(reader.set(Int(members[sets.places[next]]) - start))
        next += 1
      }
    }
    try sets.commit()
  }

  /// Calls `body` with each part that has members, where they are among `members`, and the part's
  /// place.
  private func forEachPart(_ body: (_ part: Int, Range<Int>) throws -> Void) throws {
    var next = 0
    for (index, part) in index.parts.enumerated() {
      let first = next
      while next < members.count, members[next] < part.range.upperBound { next += 1 }
      if next > first { try body(index, first..<next) }
    }
  }

  // MARK: What becomes of them

  /// Members of clusters that nobody stands for any more.
  func restorable(
    _ evidence: DeduplicationStages.Evidence, _ states: [[DocumentState]]
  ) throws -> [IndexForgetting.Restorable] {
    var clusters = UnionFind(count: members.count)
    try Self.forEachPair(evidence, below: members.count) { a, b in
      clusters.join(UInt32(a), UInt32(b))
    }
    var hasSurvivor = [Bool](repeating: false, count: members.count)
    try forEachPart { part, range in
      let start = index.parts[part].range.lowerBound
      for member in range where states[part][Int(members[member]) - start] == .survivor {
        hasSurvivor[Int(clusters.root(UInt32(member)))] = true
      }
    }
    var numbers: [UInt32: Int] = [:]
    var restorable: [IndexForgetting.Restorable] = []
    try forEachPart { part, range in
      let start = index.parts[part].range.lowerBound
      for member in range {
        let root = clusters.root(UInt32(member))
        if hasSurvivor[Int(root)] { continue }
        let cluster = numbers[root] ?? numbers.count
        numbers[root] = cluster
        restorable.append(
          IndexForgetting.Restorable(
            part: part, place: Int(members[member]) - start, cluster: cluster))
      }
    }
    return restorable
  }
}
