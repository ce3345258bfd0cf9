import Corpora
import Curation
import Runs
import Streams

/// One of two runs that are compared: what its folder has.
struct ComparedRun {
  let folder: String
  let documents: RunDocuments
  /// Nil where the folder has none that can be read.
  let record: RunRecord?
  let shards: ShardsRecord?
  /// Nil where the run did not record them and its recipe has changed since.
  let settings: [String: String]?
  /// Whether all documents are decided on.
  let isDecided: Bool

  init(folder: String) throws {
    try InputPath.checkFolder(folder, expected: "a run's folder, as 'midstream run' makes it")
    self.folder = folder
    documents = try RunDocuments(folder: folder)
    let run = documents.run
    record = try? RecordFile.read(RunRecord.self, from: run.file(RunRecord.path))
    shards = try? RecordFile.read(ShardsRecord.self, from: run.file(ShardsRecord.path))
    isDecided = documents.tasks.allSatisfy {
      Folder.isFile($0.decisions) && Folder.isFile($0.streams)
    }
    settings = Self.settings(run, record)
  }

  private static func settings(_ run: RunFolder, _ record: RunRecord?) -> [String: String]? {
    if let stored = try? RecordFile.read(
      SettingsRecord.self, from: run.file(SettingsRecord.path))
    {
      return stored.settings
    }
    guard let record,
      let recipe = try? StreamRecipe(path: record.recipe, overrides: record.overrides),
      recipe.digest == record.recipeDigest
    else { return nil }
    return recipe.settings
  }

  var tasks: [MeasuredTask] { documents.tasks }

  /// Tokens of the curated shards by domain; nil before they are written.
  func tokens(_ domain: String) -> Int? {
    guard let shards else { return nil }
    return shards.sets.first {
      $0.stream == StreamMembers.Name.curated.rawValue && $0.domain == domain
    }?.tokens ?? 0
  }

  /// What makes a comparison less than whole, in words that follow the run's name.
  var shortcomings: [String] {
    var found: [String] = []
    if RunLock.isHeld(folder) { found.append("a process is working on it") }
    if !isDecided {
      found.append("has not decided on its documents: only ids and texts are compared")
    } else if record?.finished == nil {
      found.append("is not finished: what it has so far is compared")
    }
    if isDecided, shards == nil { found.append("has no shards yet: its tokens are not known") }
    if settings == nil {
      found.append("did not record its settings, and its recipe is gone or changed")
    }
    return found
  }
}

/// The rows of one task that a comparison needs.
struct ComparedRows {
  let ids: ByteColumn
  let bytes: [UInt64]
  private let texts: [UInt64]
  private let evaluation: [UInt8]
  private let curated: [UInt8]
  private let domains: [UInt8]
  private let isDecided: Bool

  init(_ task: MeasuredTask, isDecided: Bool) throws {
    let table = try ColumnFile.read(task.columns)
    ids = try table.bytes(StreamColumn.id)
    bytes = try table.uint64(StreamColumn.textBytes)
    let (hashes, width) = try table.uint64Rows(Fingerprinter.textHashColumn)
    texts = stride(from: 0, to: hashes.count, by: width).map { hashes[$0] }
    evaluation = try table.uint8(StreamColumn.evaluation)
    self.isDecided = isDecided
    if isDecided {
      let streams = try ColumnFile.read(task.streams)
      curated = try streams.uint8(StreamColumn.curated)
      domains = try streams.uint8(StreamColumn.domain)
    } else {
      curated = [UInt8](repeating: 0, count: ids.count)
      domains = try table.uint8(DomainTags.domainColumn)
    }
    guard curated.count == ids.count, domains.count == ids.count,
      domains.allSatisfy({ Int($0) < StreamRecipe.domains.count })
    else {
      throw Fault(
        .input, "the columns of task \(task.name) do not fit together", at: task.streams,
        hint: "run the same 'midstream run' command again")
    }
  }

  var count: Int { ids.count }

  func use(_ document: Int) -> DocumentUse {
    if evaluation[document] == 1 { return .evaluation }
    return !isDecided ? .undecided : curated[document] == 1 ? .kept : .removed
  }

  /// An index into `StreamRecipe.domains`.
  func domain(_ document: Int) -> UInt8 { domains[document] }

  func idHash(_ document: Int) -> UInt64 { ids.withBytes(document) { ContentDigest($0).low } }

  /// Of the text without regard to spaces and the case of A-Z, and of its length.
  func text(_ document: Int) -> UInt64 {
    texts[document] ^ bytes[document] &* 0x9e37_79b9_7f4a_7c15
  }
}
