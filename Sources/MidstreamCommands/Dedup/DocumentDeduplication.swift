import Corpora
import Curation
import Foundation
import Runs
import Streams

/// `midstream dedup` of whole documents: equal texts, equal addresses, similar texts.
///
///     sign     an input file: hashes, bands, ids and ranks of its documents
///     index    a file of the index: it is whole                        (with --index)
///     equal    a range of hashes: groups of equal documents
///     match    a range of a band's hashes: groups of candidates        (similar texts only, as below)
///     bin      everything: candidates that hang together come into one bin
///     sets     an input file: the shingle sets of its candidates       (not with --no-verify)
///     verify   some bins: pairs that are similar enough
///     select   everything: what stays and what goes
///     write    an input file: kept and removed documents
///     finish   everything: records and the card; the index gets the documents
struct DocumentDeduplication {
  static let allStages = [
    "sign", IndexPlan.stage, "equal", "match", "bin", "sets", "verify", "select", "write",
  ]
  static let names =
    [
      "kept", "removed", "clusters", CurationRecord.path, DedupRecord.path, "report.html",
    ] + IndexedWork.names
  /// How many pieces are worked on at once at most: each takes as great a part of the memory.
  private static let piecesAtOnce = 8

  let settings: Settings
  /// All that decides what is written.
  let listed: [DatasetCard.Setting]
  let files: DocumentFiles
  let folder: OutputFolder
  let work: StagedWork
  let common: CommonOptions
  /// What documents are compared with too.
  var indexed: IndexedWork?

  private var run: RunFolder { work.run }

  /// The stages of these settings, in order.
  static func stages(_ settings: Settings, isIndexed: Bool) -> [String] {
    allStages.filter { stage in
      switch stage {
      case IndexPlan.stage: isIndexed
      case "match": settings.plan != nil
      case "bin", "sets", "verify": settings.plan != nil && settings.verifies
      default: true
      }
    }
  }

  /// Does all stages, or the one that is wanted.
  func perform() throws -> DedupRecord {
    if let indexed, try indexed.isCommitted(run) {
      return try work.finishCommitted(folder) { try indexed.removeLeftOvers() }
    }
    let signed = try sign()
    try indexed?.check(signed, work)
    let parts = parts(signed)
    guard !parts.isEmpty else { throw files.noDocument() }
    let tally = KeepTally(settings.keep, signed)
    try tally.check(settings.keep)
    let known = indexed?.parts ?? []
    let stages = try DeduplicationStages(
      known
        + parts.map { part in
          HashedPart(
            documents: part.documents, equalRun: run.file(part.paths.hashes),
            bandRun: settings.plan == nil ? nil : run.file(part.paths.bands))
        }, knownParts: known.count, threshold: settings.threshold,
      memory: settings.memory / Self.piecesAtOnce)
    let (evidence, records, counts) = try findEvidence(stages, parts, signed)
    let selection = try select(stages, parts, signed, evidence, records)
    let written = try DedupWriting(
      files: files, work: work, parts: parts, stages: stages, settings: settings, indexed: indexed
    ).write(selection.record, clusters: selection.summary.largest)
    var summary = selection.summary
    if indexed != nil { summary.showOnly(written) }
    var record = DedupRecord(
      method: settings.method, settings: listed, inputs: files.paths, stages: work.stages,
      sources: written.sources, problems: written.problems)
    record.add(summary, verification: counts)
    record.index = try indexRecord(parts, stages)
    record.notes = notes(record, tally, signed)
    try DatasetCard(
      keptIn: folder, by: "dedup", sources: written.sources.kept, removed: record.removed,
      settings: listed
    ).write(besides: folder.output)
    try DedupReport(record, written: written, selection: summary).write(to: folder)
    try addToIndex(parts, signed, stages, evidence, record.index)
    try work.finish()
    return record
  }

  private func notes(
    _ record: DedupRecord, _ tally: KeepTally, _ signed: [CompletionRecord]
  ) -> [String] {
    var notes = settings.keep.keepsFirst ? [] : tally.notes(settings.keep)
    let unaddressed = signed.reduce(0) { $0 + ($1.counts["unaddressed"] ?? 0) }
    if unaddressed > 0 {
      notes.append(
        "\(grouped(unaddressed)) of \(counted(record.documents, "document")) have no address and "
          + "are equal to none")
    }
    if let note = record.index?.note(settings.equalBy) { notes.append(note) }
    return notes
  }

  /// Finds what is equal and what is similar.
  private func findEvidence(
    _ stages: DeduplicationStages, _ parts: [Part], _ signed: [CompletionRecord]
  ) throws -> (DeduplicationStages.Evidence, [CompletionRecord], counts: [String: Int]) {
    let equal = try findEqual(stages, signed)
    var evidence = DeduplicationStages.Evidence(equalGroups: equal.outputs.map(run.file))
    var records = equal.records
    var counts: [String: Int] = [:]
    if settings.plan != nil {
      let candidates = try findCandidates(stages, signed, equal)
      if settings.verifies {
        let links = try verify(stages, parts, candidates)
        evidence.links = links.outputs.map(run.file)
        records += links.records
        counts = links.counts
      } else {
        evidence.unverifiedGroups = candidates.outputs.map(run.file)
        records += candidates.records
      }
    }
    return (evidence, records, counts)
  }

  // MARK: Sign

  /// A part of an input.
  struct Part: Sendable {
    /// Among all parts of the stages.
    var place: Int
    var file: Int
    var paths: PartPaths
    var documents: DocumentPart
  }

  private func parts(_ signed: [CompletionRecord]) -> [Part] {
    let known = indexed?.parts.count ?? 0
    return signed.enumerated().flatMap { file, record in
      let count = record.counts["documents"] ?? 0
      return stride(from: 0, to: count, by: SignedParts.size).enumerated().map { part, first in
        Part(
          place: known + places(before: file, signed) + part, file: file,
          paths: PartPaths(file: file, part: part),
          documents: DocumentPart(
            task: Int32(known + file), firstOrdinal: Int32(first),
            count: min(SignedParts.size, count - first)))
      }
    }
  }

  /// Parts of the inputs before one.
  private func places(before file: Int, _ signed: [CompletionRecord]) -> Int {
    signed[..<file].reduce(0) {
      $0 + (($1.counts["documents"] ?? 0) + SignedParts.size - 1) / SignedParts.size
    }
  }

  private func sign() throws -> [CompletionRecord] {
    let (files, settings, run) = (files, settings, run)
    let tasks = files.paths.enumerated().map { file, path in
      StageTask(
        name: zeroPadded(file), inputs: StagedWork.identity(path),
        work: Folder.byteCount(of: path) ?? 0)
    }
    // Few files: one after the other, each on all threads.
    let outer = files.paths.count >= 2 * common.threads ? common.threads : 1
    let inner = outer == 1 ? common.threads : 1
    return try work.stage(
      "sign", settings: signSettings, tasks: tasks, threads: outer, worker: {}
    ) { _, file in
      var tally = KeepTally(settings.keep)
      var unaddressed = 0
      var parts = SignedParts(run, file: file, bands: settings.plan?.bands ?? 0)
      let problems = try files.map(
        file, threads: inner, prepare: { _, _ in }, worker: { try SignWorker(settings) },
        work: { worker, batch, _ in try worker.measure(batch) }
      ) { batch, signed in
        if let measured = signed.tally { tally.add(measured) }
        unaddressed += signed.unaddressed
        try parts.append(batch, signed)
      }
      try files.report(problems, of: file)
      try parts.finish()
      var counts = ["documents": parts.documents]
      if unaddressed > 0 { counts["unaddressed"] = unaddressed }
      if !settings.keep.keepsFirst { counts.merge(tally.counts) { $1 } }
      return TaskOutcome(outputs: parts.outputs, counts: counts)
    }
  }

  private static func identity(_ plan: MinHashPlan) -> String {
    "\(plan.bands) \(plan.slotsPerBand) \(plan.shingleLength) \(plan.unit.name) "
      + (plan.unit.tokenizerDigest?.hex ?? "")
  }

  private var signSettings: [String] {
    [
      "\(settings.equalBy)", settings.plan.map(Self.identity) ?? "no bands",
      "\(settings.keep.rule) \(settings.keep.preferredSources) \(settings.keep.dateFields)",
      "\(SignedParts.size)",
      settings.keepsSets ? "sets" : "no sets",
    ]
  }

  // MARK: Equal and similar

  /// What a stage left.
  private struct Outcome {
    var records: [CompletionRecord]
    var outputs: [String]
    var counts: [String: Int] = [:]
  }

  private func pieces(_ count: Int, inputs: [CompletionRecord]) -> [StageTask] {
    let digest = RunFolder.digest(inputs)
    return (0..<count).map {
      StageTask(name: zeroPadded($0), inputs: digest, work: 1)
    }
  }

  private var threadsForPieces: Int { min(common.threads, Self.piecesAtOnce) }

  private func findEqual(
    _ stages: DeduplicationStages, _ signed: [CompletionRecord]
  ) throws -> Outcome {
    try match("equal", try stages.equalMatching(), stages, inputs: signed)
  }

  private func findCandidates(
    _ stages: DeduplicationStages, _ signed: [CompletionRecord], _ equal: Outcome
  ) throws -> Outcome {
    let matching = try stages.bandMatching(
      equalGroups: (indexed?.evidence.equalGroups ?? []) + equal.outputs.map(run.file))
    return try match("match", matching, stages, inputs: signed + equal.records)
  }

  private func match(
    _ stage: String, _ matching: HashMatching, _ stages: DeduplicationStages,
    inputs: [CompletionRecord]
  ) throws -> Outcome {
    let tasks = pieces(matching.pieceCount, inputs: inputs)
    let run = run
    let records = try work.stage(
      stage, settings: try ["\(stages.memory)"] + context, tasks: tasks, unit: "pieces",
      threads: threadsForPieces, worker: {}
    ) { _, piece in
      let path = "work/\(stage)/\(tasks[piece].name)"
      try matching.write(piece: piece, to: run.file(path))
      return TaskOutcome(outputs: [path])
    }
    return Outcome(records: records, outputs: tasks.map { "work/\(stage)/\($0.name)" })
  }

  private func verify(
    _ stages: DeduplicationStages, _ parts: [Part], _ candidates: Outcome
  ) throws -> Outcome {
    let run = run
    let groups = candidates.outputs.map(run.file)
    let outputs = ["work/candidates", "work/candidate-groups"]
    let binned = try work.whole(
      "bin", settings: try ["\(stages.documentCount)"] + context,
      inputs: RunFolder.digest(candidates.records)
    ) {
      let count = try stages.binCandidates(
        groups: groups,
        to: .init(candidates: run.file(outputs[0]), groups: run.file(outputs[1])))
      return TaskOutcome(outputs: outputs, counts: ["candidates": count])
    }
    let found = DeduplicationStages.CandidateFiles(
      candidates: run.file(outputs[0]), groups: run.file(outputs[1]))
    let sets = try writeSets(stages, parts, found, binned)
    let setPaths =
      (indexed?.parts.indices.map { run.file(IndexedWork.setPath(part: $0)) } ?? [])
      + parts.map { run.file($0.paths.sets) }
    let verification = try stages.verification(found, sets: setPaths)
    let tasks = pieces(verification.pieceCount, inputs: sets + [binned])
    let records = try work.stage(
      "verify", settings: try ["\(settings.threshold)", "\(stages.memory)"] + context, tasks: tasks,
      unit: "pieces", threads: threadsForPieces, worker: {}
    ) { _, piece in
      let path = "work/links/\(tasks[piece].name)"
      let verified = try verification.verify(piece: piece, to: run.file(path))
      return TaskOutcome(
        outputs: [path],
        counts: [
          "comparisons": verified.comparisons, "unrepresented": verified.unrepresented,
        ])
    }
    var counts = ["candidates": binned.counts["candidates"] ?? 0]
    for record in records { counts.merge(record.counts, uniquingKeysWith: +) }
    return Outcome(
      records: records, outputs: tasks.map { "work/links/\($0.name)" }, counts: counts)
  }

  private func writeSets(
    _ stages: DeduplicationStages, _ parts: [Part],
    _ candidates: DeduplicationStages.CandidateFiles, _ binned: CompletionRecord
  ) throws -> [CompletionRecord] {
    let (files, settings, run, index) = (files, settings, run, indexed?.index)
    let digest = RunFolder.digest([binned])
    var tasks = files.paths.enumerated().map { file, path in
      StageTask(
        name: zeroPadded(file), inputs: digest + StagedWork.identity(path),
        work: Folder.byteCount(of: path) ?? 0)
    }
    let outer = files.paths.count >= 2 * common.threads ? common.threads : 1
    let inner = outer == 1 ? common.threads : 1
    // The parts of an index come after the inputs.
    for part in indexed?.parts.indices ?? 0..<0 {
      tasks.append(
        StageTask(name: "index-" + zeroPadded(part), inputs: digest, work: 1))
    }
    return try work.stage(
      "sets", settings: try signSettings + context, tasks: tasks, threads: outer, worker: {}
    ) { _, file in
      if file >= files.paths.count {
        let part = file - files.paths.count
        let path = IndexedWork.setPath(part: part)
        let sets = try CandidateSets(part: part, of: stages, candidates, to: run.file(path))
        try index?.copySets(part: part, to: sets)
        try sets.commit()
        return TaskOutcome(outputs: [path])
      }
      let own = parts.indices.filter { parts[$0].file == file }
      let sets = try own.map {
        try CandidateSets(
          part: parts[$0].place, of: stages, candidates, to: run.file(parts[$0].paths.sets))
      }
      let wanted = sets.enumerated().flatMap { part, sets in
        sets.places.map { $0 + part * SignedParts.size }
      }
      if settings.keepsSets {
        for (part, sets) in zip(own, sets) {
          try ShingleSetFile.copy(run.file(parts[part].paths.allSets), to: sets)
        }
      } else if let plan = settings.plan, !wanted.isEmpty {
        try CandidateReading(files: files, file: file, plan: plan, wanted: wanted)
          .read(threads: inner) { document, set in
            try sets[document / SignedParts.size].append(set)
          }
      }
      for set in sets { try set.commit() }
      return TaskOutcome(outputs: own.map { parts[$0].paths.sets })
    }
  }

  // MARK: Select

  private func select(
    _ stages: DeduplicationStages, _ parts: [Part], _ signed: [CompletionRecord],
    _ evidence: DeduplicationStages.Evidence, _ records: [CompletionRecord]
  ) throws -> (record: CompletionRecord, summary: SelectionSummary) {
    let (run, settings, indexed) = (run, settings, indexed)
    let known = indexed?.parts.count ?? 0
    var all = indexed?.evidence ?? DeduplicationStages.Evidence(equalGroups: [])
    all.equalGroups += evidence.equalGroups
    all.links += evidence.links
    all.unverifiedGroups += evidence.unverifiedGroups
    let joined = all
    let record = try work.whole(
      "select",
      settings: try [
        "\(settings.keep.rule) \(settings.keep.preferredSources) \(settings.keep.dateFields)"
      ]
        + context,
      inputs: RunFolder.digest(signed + records)
    ) {
      let statistics = try stages.select(
        joined, removals: run.file(SelectionSummary.removals),
        survivors: run.file(SelectionSummary.survivors)
      ) { part in
        if let indexed, part < known {
          return try indexed.index?.preferences(part: part, indexed.published) ?? KeepPreferences()
        }
        return settings.keep.keepsFirst
          ? KeepPreferences() : try RankFile.read(run.file(parts[part - known].paths.ranks))
      }
      try RecordFile.write(
        SelectionSummary(statistics), to: run.file(SelectionSummary.path))
      return TaskOutcome(
        outputs: [
          SelectionSummary.removals, SelectionSummary.survivors, SelectionSummary.path,
        ], counts: ["clusters": statistics.clusters])
    }
    return (
      record, try RecordFile.read(SelectionSummary.self, from: run.file(SelectionSummary.path))
    )
  }
}
