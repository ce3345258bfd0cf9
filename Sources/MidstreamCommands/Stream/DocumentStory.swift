import Corpora
import Curation
import Runs
import Streams
import TokenShards

/// All that a run knows of one document.
struct DocumentStory: Encodable {
  struct Pack: Encodable {
    var name: String
    /// Whether the pack judges documents of this domain and use.
    var judges: Bool
    var rules: [TrialRecord]
  }

  struct Removal: Encodable {
    var stage: String
    var rule: String
    var evidence: String
  }

  struct Duplicates: Encodable {
    struct Member: Encodable {
      var id: String
      var similarity: Float
      var exact: Bool
    }

    var cluster: UInt64
    var kept: String
    var removed: [Member]
  }

  struct Place: Encodable {
    var stream: String
    var domain: String
    /// The shard and the document's place in it; nil before the tokenize stage.
    var shard: String?
    var document: Int?
    var tokens: Int?
  }

  var id: String
  var source: String
  var url: String?
  /// The file that it was extracted from, where it is still there.
  var sourceFile: String?
  /// Where the extracted text is, and its place there.
  var documents: String
  var ordinal: Int
  var textBytes: Int
  /// "training" or "evaluation".
  var use: String
  /// "kept", "removed" or "evaluation"; and the file that holds it then.
  var outcome: String
  var written: String?
  var domain: String
  var sourceDomain: String
  var tags: [String: Float]
  var quality: Float
  var language: String
  var languageScore: Float
  /// Whether the packs are those of the recipe; else those that removed something in this run.
  var packsFromRecipe: Bool
  var packs: [Pack]
  /// Every rule that removed it.
  var removals: [Removal]
  /// The cluster that it is in.
  var duplicates: Duplicates?
  var streams: [Place]
  /// The start of its text.
  var excerpt: String

  private static let excerptBytes = 400

  init(of id: String, in documents: RunDocuments) throws {
    let place = try documents.place(of: id)
    let task = documents.tasks[place.task]
    guard Folder.isFile(task.decisions), Folder.isFile(task.streams) else {
      throw Fault(
        .input, "the run has not decided on its documents yet", at: task.decisions,
        hint: "run the same 'midstream run' command again")
    }
    let rows = try RunColumns(task)
    let members = try StreamMembers(task)
    guard let document = try documents.document(at: place) else {
      throw Fault(.input, "the text of '\(id)' is not in its file", at: task.documents)
    }
    let index = place.document
    let row = rows.row(index)
    self.id = id
    source = document.source
    url = document.url
    sourceFile = Self.sourceFile(document, documents.run)
    self.documents = "documents/\(task.name).jsonl.zst"
    ordinal = index
    textBytes = Int(rows.bytes[index])
    use = rows.isEvaluation[index] ? "evaluation" : "training"
    outcome = rows.isEvaluation[index] ? "evaluation" : rows.isCurated[index] ? "kept" : "removed"
    let file = "\(outcome)/\(task.name).jsonl.zst"
    written = Folder.isFile(documents.run.file(file)) ? file : nil
    domain = Self.domainName(Int(rows.domain[index]))
    sourceDomain = Self.domainName(members.domain(of: index, in: .evaluation))
    tags = [:]
    for (name, column) in [
      ("general", DomainTags.generalColumn), ("math", DomainTags.mathColumn),
      ("code", DomainTags.codeColumn), ("reasoning", DomainTags.reasoningColumn),
    ] {
      tags[name] = try row.float32(column).first
    }
    quality = rows.quality[index]
    language = try row.bytes(LanguageDetector.languageColumn).string(0)
    languageScore = try row.float32(LanguageDetector.scoreColumn).first ?? 0
    let packs = try RunPacks(documents)
    packsFromRecipe = packs.areFromRecipe
    let (use, domain) = (use, domain)
    let trials = try packs.chain.trials(on: row)
    self.packs = packs.chain.packs.indices.map { index in
      let pack = packs.chain.packs[index]
      return Pack(
        name: pack.name,
        judges: use == "training" && packs.domains[index].contains(domain),
        rules: trials.filter { $0.pack == index }.map { TrialRecord(pack: pack.name, $0) })
    }
    removals = rows.ledger.decisions(on: UInt64(index)).map {
      Removal(stage: $0.stage, rule: $0.rule, evidence: $0.evidence)
    }
    duplicates = try Self.duplicates(id, documents.run)
    streams = try StreamMembers.Name.allCases.filter { members.contains(index, in: $0) }.map {
      try Self.place(index, members, in: $0, task)
    }
    excerpt = Excerpts.start(of: Array(document.text.utf8)[...], Self.excerptBytes)
  }

  private static func domainName(_ index: Int) -> String {
    StreamRecipe.domains.indices.contains(index) ? StreamRecipe.domains[index] : "?"
  }

  /// The unpacked file of a package, by `apt://PACKAGE/path`.
  private static func sourceFile(_ document: Document, _ run: RunFolder) -> String? {
    guard let url = document.url, url.hasPrefix("apt://") else { return nil }
    let parts = url.dropFirst(6).split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    let packages = "corpus/packages"
    let folders = (try? Folder.names(in: run.file(packages))) ?? []
    return folders.filter { $0.hasPrefix(parts[0] + "_") }
      .map { "\(packages)/\($0)/\(parts[1])" }.first { Folder.isFile(run.file($0)) }
  }

  private static func duplicates(_ id: String, _ run: RunFolder) throws -> Duplicates? {
    let path = run.file(ClusterTable.path)
    guard Folder.isFile(path) else { return nil }
    let rows = try ClusterTable.rows(of: ColumnFile.read(path))
    guard let cluster = rows.first(where: { $0.kept == id || $0.removed == id })?.cluster else {
      return nil
    }
    let members = rows.filter { $0.cluster == cluster }
    return Duplicates(
      cluster: cluster, kept: members[0].kept,
      removed: members.map { .init(id: $0.removed, similarity: $0.similarity, exact: $0.isExact) })
  }

  /// The shard of a stream that holds the document: a task writes its documents in order.
  private static func place(
    _ index: Int, _ members: StreamMembers, in stream: StreamMembers.Name, _ task: MeasuredTask
  ) throws -> Place {
    let domain = members.domain(of: index, in: stream)
    var place = Place(stream: stream.rawValue, domain: domainName(domain))
    var before = (0..<index).reduce(0) {
      members.contains($1, in: stream) && members.domain(of: $1, in: stream) == domain ? $0 + 1 : $0
    }
    let folder = TokenizeStage.folder(stream, place.domain)
    guard Folder.isFolder(task.run.file(folder)) else { return place }
    for name in try Folder.names(in: task.run.file(folder))
    where name.hasPrefix(task.name + "-") && name.hasSuffix(".tokens.zst") {
      let reader = try ShardReader(task.run.file(folder + "/" + name))
      if before < reader.documentCount {
        place.shard = folder + "/" + name
        place.document = before
        place.tokens = Int(try reader.documentLengths()[before])
        return place
      }
      before -= reader.documentCount
    }
    return place
  }
}

/// The filter packs that a run applied.
private struct RunPacks {
  let chain: FilterChain
  /// Of each pack, those whose documents it judges.
  let domains: [[String]]
  /// False where the recipe is gone or changed: then the built-in packs that removed something.
  let areFromRecipe: Bool

  init(_ documents: RunDocuments) throws {
    if let recipe = Self.recipe(documents.run) {
      chain = FilterChain(try recipe.curation.packs.map { try FilterPack.named($0.name) })
      domains = recipe.curation.packs.map(\.domains)
      areFromRecipe = true
      return
    }
    var names: [String] = []
    for task in documents.tasks {
      let ledger = try DecisionLedger(ColumnFile.read(task.decisions))
      for count in ledger.countsByRule()
      where FilterPack.builtInNames.contains(count.stage) && !names.contains(count.stage) {
        names.append(count.stage)
      }
    }
    chain = FilterChain(try names.map { try FilterPack.named($0) })
    domains = names.map { _ in StreamRecipe.domains }
    areFromRecipe = false
  }

  /// The recipe, where it is still what the run was made from.
  private static func recipe(_ run: RunFolder) -> StreamRecipe? {
    guard let record = try? RecordFile.read(RunRecord.self, from: run.file(RunRecord.path)),
      let recipe = try? StreamRecipe(path: record.recipe, overrides: record.overrides),
      recipe.digest == record.recipeDigest
    else { return nil }
    return recipe
  }
}

extension RunColumns {
  /// What was measured on one document.
  func row(_ document: Int) -> ColumnTable {
    var row = ColumnTable()
    for name in table.names {
      if let column = table[name] { row.set(name, column[document..<document + 1]) }
    }
    return row
  }
}
