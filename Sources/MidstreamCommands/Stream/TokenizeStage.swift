import Corpora
import Runs
import Streams
import TokenShards
import Tokenization

/// Pass two: encodes each document once and appends it to the shards of every stream that holds it:
/// `shards/STREAM/DOMAIN/`.
struct TokenizeStage: Sendable {
  static let name = "tokenize"

  let run: RunFolder
  let runner: TaskRunner
  let recipeDigest: String

  init(_ context: StreamContext) {
    run = context.run
    runner = context.runner
    recipeDigest = context.recipe.dataDigest
  }

  static func folder(_ stream: StreamMembers.Name, _ domain: String) -> String {
    "shards/\(stream.rawValue)/\(domain)"
  }

  func run(
    _ tasks: [MeasuredTask], tokenizer: BytePairTokenizer, measured: [CompletionRecord],
    decided: CompletionRecord
  ) throws -> [CompletionRecord] {
    let inputs = RunFolder.digest(measured + [decided])
    let stageTasks = tasks.map {
      StageTask(
        name: $0.name, inputs: RunFolder.digest(of: [inputs, $0.source, $0.license]),
        work: max(1, $0.rawByteCount))
    }
    let records = try runner.run(
      Self.name, configuration: RunFolder.digest(of: [tokenizer.digest.hex, recipeDigest]),
      tasks: stageTasks,
      worker: { EncoderScratch() }
    ) { scratch, index in
      try tokenize(tasks[index], tokenizer, scratch)
    }
    try writeIndices(records)
    return records
  }

  private func tokenize(
    _ task: MeasuredTask, _ tokenizer: BytePairTokenizer, _ scratch: EncoderScratch
  ) throws -> TaskOutcome {
    let members = try StreamMembers(task)
    var sets = ShardSets(run: run, task: task, tokenizer: tokenizer, recipeDigest: recipeDigest)
    // What the packs edited is in the curated stream only.
    let readings: [(edited: Bool, streams: [StreamMembers.Name])] =
      task.isEdited
      ? [(false, [.unfiltered, .evaluation]), (true, [.curated])]
      : [(false, StreamMembers.Name.allCases)]
    for reading in readings {
      try tokenize(task, reading, members, tokenizer, scratch, into: &sets)
    }
    return try sets.finish()
  }

  private func tokenize(
    _ task: MeasuredTask, _ reading: (edited: Bool, streams: [StreamMembers.Name]),
    _ members: StreamMembers, _ tokenizer: BytePairTokenizer, _ scratch: EncoderScratch,
    into sets: inout ShardSets
  ) throws {
    try task.forEachBatch(edited: reading.edited) { first, batch in
      for offset in 0..<batch.count {
        let document = first + offset
        let streams = reading.streams.filter { members.contains(document, in: $0) }
        if streams.isEmpty { continue }
        try batch.texts.withBytes(offset) { text in
          try tokenizer.encode(text, scratch: scratch) { ids in
            for stream in streams {
              let domain = StreamRecipe.domains[members.domain(of: document, in: stream)]
              try sets.append(ids, byteCount: text.count, to: stream, domain)
            }
          }
        }
      }
    }
  }

  /// One `shards.json` in each folder of shards.
  private func writeIndices(_ records: [CompletionRecord]) throws {
    let files = records.flatMap { $0.outputs.map(\.path) }
    let folders = Dictionary(grouping: files, by: { Folder.parent(of: $0) })
    for stream in StreamMembers.Name.allCases {
      for domain in StreamRecipe.domains where folders[Self.folder(stream, domain)] == nil {
        try Folder.remove(run.file(Self.folder(stream, domain)))
      }
    }
    for (folder, paths) in folders {
      let entries = try paths.sorted().map {
        try ShardEntry(describing: Folder.name(of: $0), in: run.file(folder))
      }
      try ShardIndex(entries).write(to: run.file(folder))
    }
  }
}

/// The shards that one task writes, by stream and domain; each begins with its first document.
private struct ShardSets {
  private struct Key: Hashable {
    var stream: StreamMembers.Name
    var domain: String
  }

  let run: RunFolder
  let task: MeasuredTask
  let tokenizer: BytePairTokenizer
  let recipeDigest: String
  private var writers: [Key: ShardWriter] = [:]
  private var counts: [String: Int] = [:]

  init(
    run: RunFolder, task: MeasuredTask, tokenizer: BytePairTokenizer, recipeDigest: String
  ) {
    self.run = run
    self.task = task
    self.tokenizer = tokenizer
    self.recipeDigest = recipeDigest
  }

  mutating func append(
    _ ids: UnsafeBufferPointer<UInt32>, byteCount: Int, to stream: StreamMembers.Name,
    _ domain: String
  ) throws {
    let key = Key(stream: stream, domain: domain)
    let writer: ShardWriter
    if let open = writers[key] {
      writer = open
    } else {
      writer = try ShardWriter(
        folder: run.file(TokenizeStage.folder(stream, domain)), name: task.name,
        header: ShardHeader(
          vocabularyCount: tokenizer.vocabularyCount, tokenizerDigest: tokenizer.digest,
          endOfText: tokenizer.endOfText),
        origin: ShardOrigin(
          domain: domain, source: task.source, licence: task.license,
          recipeDigest: recipeDigest))
      writers[key] = writer
    }
    try writer.append(ids)
    let name = "\(stream.rawValue)/\(domain)"
    counts["\(name)/documents", default: 0] += 1
    counts["\(name)/bytes", default: 0] += byteCount
    counts["\(name)/tokens", default: 0] += ids.count + (tokenizer.endOfText == nil ? 0 : 1)
  }

  /// Completes all files.
  func finish() throws -> TaskOutcome {
    var outputs: [String] = []
    for (key, writer) in writers {
      outputs += try writer.finish().map {
        TokenizeStage.folder(key.stream, key.domain) + "/" + $0.file
      }
    }
    return TaskOutcome(outputs: outputs.sorted(), counts: counts)
  }
}
