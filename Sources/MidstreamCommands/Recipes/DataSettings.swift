import Mixtures
import Runs
import Streams
import Tokenization

/// `data:` of a recipe that trains on shards that are there: a run's, or the user's own.
struct DataSettings: Sendable, Codable, Equatable {
  /// A domain and the folder of its shards.
  struct Domain: Sendable, Codable, Equatable {
    var name: String
    var folder: String
  }

  /// The folder of a finished `midstream run`.
  var run: String?
  /// "unfiltered" or "curated", of a run.
  var stream: String?
  var domains: [Domain] = []
  var evaluation: [Domain] = []
  /// A folder with tokenizer.json, or the file.
  var tokenizerPath = ""

  /// - Parameter needsEvaluation: whether the domains' evaluation shards must be named.
  init(_ root: RecipeMapping, needsEvaluation: Bool = true) {
    guard let mapping = root.mapping("data") else {
      let isWholeStream = root.keys.contains("corpus")
      root.missing(
        "data",
        hint: isWholeStream
          ? "this recipe is for `midstream run`; train on what that run wrote with "
            + "`data: {run: runs/NAME}`"
          : "`data: {run: runs/NAME}`, or the shards of each domain with `data: {domains: …}`")
      root.ignore("corpus")
      return
    }
    run = mapping.string("run")
    if let run {
      stream = mapping.choice("stream", of: ["unfiltered", "curated"]) ?? "curated"
      if !Folder.isFolder(run + "/shards") {
        mapping.fault(
          "run", "there is no finished run in '\(run)'", expected: "the folder of `midstream run`",
          hint: "run its recipe first")
      }
      tokenizerPath = run + "/" + TokenizerStage.folder
      return
    }
    domains = Self.folders(mapping, "domains")
    if needsEvaluation || mapping.keys.contains("evaluation") {
      evaluation = Self.folders(mapping, "evaluation")
    }
    tokenizerPath = mapping.requiredString("tokenizer")
  }

  private static func folders(_ mapping: RecipeMapping, _ key: String) -> [Domain] {
    guard let folders = mapping.mapping(key) else {
      mapping.missing(key, hint: "for example `\(key): {general: shards/general}`")
      return []
    }
    return folders.keys.compactMap { name in
      guard let folder = folders.string(name) else { return nil }
      if !Folder.isFolder(folder) {
        folders.fault(
          name, "there is no folder '\(folder)'",
          expected: "a folder of shards, as `midstream tokenize` writes it")
      }
      return Domain(name: name, folder: folder)
    }
  }
}

extension DataSettings {
  var domainNames: [String]? {
    run != nil ? StreamRecipe.domains : domains.isEmpty ? nil : domains.map(\.name)
  }

  /// The training stages of the run that a study may branch off.
  var stageNames: [String] {
    guard let run, let names = try? Folder.names(in: run + "/training") else { return [] }
    return names.filter { Folder.isFolder("\(run)/training/\($0)/checkpoint") }
  }

  /// - Parameter stream: of a run, in place of the recipe's.
  func shards(stream other: String?) throws -> [DomainShards] {
    if let run {
      return try StreamShards.domains(
        StreamRecipe.domains, stream: other ?? stream ?? "curated", run: RunFolder(run)
      ).filter { $0.tokenCount > 0 }
    }
    return try domains.map { try DomainShards(name: $0.name, folder: $0.folder) }
  }

  func evaluationShards() throws -> [DomainShards] {
    if let run {
      return try EvaluateStage.sources(of: RunFolder(run)).compactMap { source in
        try source.folder.flatMap { Folder.isFolder($0) ? $0 : nil }.map {
          try DomainShards(name: source.domain, folder: $0)
        }
      }
    }
    return try evaluation.map { try DomainShards(name: $0.name, folder: $0.folder) }
  }

  var tokenizerFolder: String {
    Folder.isFolder(tokenizerPath) ? tokenizerPath : Folder.parent(of: tokenizerPath)
  }

  func tokenizer() throws -> BytePairTokenizer { try TokenizerOption.load(tokenizerPath) }

  /// The folder of the checkpoint that a stage begins with.
  func checkpoint(of stage: TrainingSettings.Stage) -> String {
    stage.startsFromFolder ? stage.from : "\(run ?? "")/training/\(stage.from)/checkpoint"
  }

  /// Shards of another tokenizer than the recipe's hold other words under the same numbers.
  func requireTokenizer(of shards: [DomainShards]) throws {
    let digest = try tokenizer().digest
    for shard in shards {
      if let found = shard.tokenizerDigest, found != digest {
        throw Fault(
          .input,
          "the shards of '\(shard.name)' were made with another tokenizer than "
            + "'\(tokenizerPath)'", at: shard.folder, found: found.hex, expected: digest.hex,
          hint: "tokenize them again with this tokenizer")
      }
    }
  }
}

extension ModelFolder {
  /// Shards of another tokenizer than the checkpoint's would teach it noise.
  static func requireTokenizer(of shards: [DomainShards], checkpoint: String) throws {
    let path = checkpoint + "/tokenizer.json"
    guard Folder.isFile(path) else { return }
    let digest = try BytePairTokenizer(path: path).digest
    for shard in shards {
      if let found = shard.tokenizerDigest, found != digest {
        throw Fault(
          .input,
          "the shards of '\(shard.name)' were made with another tokenizer than the "
            + "checkpoint's", at: shard.folder, found: found.hex, expected: digest.hex,
          hint: "tokenize the text again with \(path)")
      }
    }
  }
}
