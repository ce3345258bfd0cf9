import Evaluation
import Mixtures
import Runs
import Streams
import TokenShards

/// `data:` of a recipe that trains on token shards which are there already: those of a run, or
/// folders by domain.
///
///     data: {run: runs/quickstart, stream: curated}
///     data: {domains: {web: shards/web, math: shards/math}, evaluation: {web: held-out/web},
///            tokenizer: tokenizer}
struct DataSettings: Sendable, Codable, Equatable {
  /// A domain and the folder of its shards.
  struct Place: Sendable, Codable, Equatable {
    var domain: String
    var folder: String
  }

  /// The folder of a run; nil where the folders are named one by one.
  var run: String?
  /// The stream of a run that stages train on where they name no other.
  var stream = StreamMembers.Name.curated.rawValue
  var domains: [Place] = []
  var evaluation: [Place] = []
  /// A folder with tokenizer.json, or the file.
  var tokenizer = ""

  init(_ mapping: RecipeMapping) {
    run = mapping.string("run")
    let names = [StreamMembers.Name.unfiltered.rawValue, StreamMembers.Name.curated.rawValue]
    if let run {
      stream = mapping.choice("stream", of: names) ?? stream
      tokenizer = run + "/" + TokenizerStage.folder
      if !Folder.isFolder(run + "/shards") {
        mapping.fault(
          "run", "there are no shards in '\(run)'",
          expected: "the folder of a run, as 'midstream run' makes it")
      } else {
        domains = Self.places(in: run + "/shards/" + stream)
        evaluation = Self.places(in: run + "/shards/" + StreamMembers.Name.evaluation.rawValue)
      }
    } else {
      domains = Self.places(mapping, "domains")
      evaluation = Self.places(mapping, "evaluation")
      tokenizer = mapping.string("tokenizer") ?? ""
    }
    if run == nil && domains.isEmpty || run != nil && mapping.keys.contains("domains") {
      mapping.fault(
        nil, "'data' needs one of 'run' and 'domains'", expected: "one of them",
        hint: "for example `data: {run: runs/quickstart, stream: curated}`")
    } else if tokenizer.isEmpty {
      mapping.missing("tokenizer", hint: "the folder with the tokenizer.json of the shards")
    } else if !Folder.isFile(tokenizerFolder + "/tokenizer.json") {
      mapping.fault(
        run == nil ? "tokenizer" : "run", "there is no tokenizer in '\(tokenizer)'",
        expected: "a folder with tokenizer.json, or the file")
    }
  }

  private static func places(_ mapping: RecipeMapping, _ key: String) -> [Place] {
    guard let domains = mapping.mapping(key) else { return [] }
    return domains.keys.compactMap { domain in
      guard let folder = domains.string(domain) else { return nil }
      guard Folder.isFile(folder + "/" + ShardIndex.fileName) else {
        domains.fault(
          domain, "there are no shards in '\(folder)'",
          expected: "a folder with \(ShardIndex.fileName), as 'midstream tokenize' writes it")
        return nil
      }
      return Place(domain: domain, folder: folder)
    }
  }

  /// Those of the stream's own order first, others by name.
  private static func places(in folder: String) -> [Place] {
    let names = ((try? Folder.names(in: folder)) ?? []).filter {
      Folder.isFile("\(folder)/\($0)/\(ShardIndex.fileName)")
    }
    let known = StreamRecipe.domains.filter { names.contains($0) }
    return (known + names.filter { !known.contains($0) }).map {
      Place(domain: $0, folder: "\(folder)/\($0)")
    }
  }

  var tokenizerFolder: String {
    Folder.isFolder(tokenizer) ? tokenizer : Folder.parent(of: tokenizer)
  }

  /// The shards of all domains.
  /// - Parameter stream: of a run, where it is not `stream`.
  func shards(stream: String? = nil) throws -> [DomainShards] {
    let other = run.flatMap { run in stream.map { Self.places(in: "\(run)/shards/\($0)") } }
    return try (other ?? domains).map { try DomainShards(name: $0.domain, folder: $0.folder) }
  }

  func evaluationShards() throws -> [DomainShards] {
    try evaluation.map { try DomainShards(name: $0.domain, folder: $0.folder) }
  }

  /// Where documents to measure models on are drawn from.
  var evaluationSources: [EvaluationDraw.Source] {
    evaluation.map { .init(domain: $0.domain, folder: $0.folder) }
  }
}

extension DataSettings {
  /// The training stages of the run that a study may branch off.
  var stageNames: [String] {
    guard let run, let names = try? Folder.names(in: run + "/training") else { return [] }
    return names.filter { Folder.isFolder("\(run)/training/\($0)/checkpoint") }
  }

  /// The folder of the checkpoint that a stage begins with.
  func checkpoint(of stage: TrainingSettings.Stage) -> String {
    stage.startsFromFolder ? stage.from : "\(run ?? "")/training/\(stage.from)/checkpoint"
  }
}
