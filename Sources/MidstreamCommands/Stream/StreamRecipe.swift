import Corpora
import Curation
import Runs
import Streams

/// Everything that `midstream run` reads from a recipe, checked before anything is done.
struct StreamRecipe: Sendable {
  var name: String
  var seed: Int
  var corpus: CorpusSettings
  var curation: CurationSettings
  var tokenizer: TokenizerSettings
  /// Nil where the recipe ends with the shards.
  var training: TrainingSettings?
  /// The documents that take part; nil: all.
  private(set) var sample: DocumentSample?
  /// All values that are written, and the rules of the packs.
  var settings: [String: String]
  /// The recipe's path, and the digest of its text with all overrides.
  var path: String
  var digest: String

  /// Of the settings that decide what the shards hold.
  var dataDigest: String {
    RunFolder.digest(
      of: ["\(corpus)", "\(curation)", "\(tokenizer)", "\(seed)"]
        + (sample.map { ["sample \($0.share)"] } ?? []))
  }

  /// The recipe on a sample of its corpus, up to the shards: what training costs depends on the
  /// tokens that the recipe asks for, not on the corpus.
  func sampled(_ sample: DocumentSample) -> StreamRecipe {
    var recipe = self
    recipe.sample = sample
    recipe.training = nil
    return recipe
  }

  static let domains = ["general", "math", "code", "reasoning"]

  /// Reads the recipe at `path`; throws all of its faults together.
  init(path: String, overrides: [String]) throws {
    let head = try RecipeHead(path: path, overrides: overrides)
    let root = head.root
    self.path = path
    name = head.name
    seed = head.seed
    digest = head.digest
    corpus = CorpusSettings(root)
    curation = CurationSettings(root.mapping("curation"))
    tokenizer = TokenizerSettings(root.mapping("tokenizer"))
    settings = head.recipe.settings
    training = root.mapping("training").map { TrainingSettings($0, root) }
    root.ignore("evaluation")
    try head.recipe.finish()
    for pack in curation.packs {
      for rule in try FilterPack.named(pack.name).rules {
        settings["pack \(pack.name).\(rule.id)"] = "fails when \(rule.condition)"
      }
    }
  }
}

/// Where the text comes from.
struct CorpusSettings: Sendable, Codable, Equatable {
  /// A manifest that the binary carries, or a file.
  var manifest: String?
  /// A folder, file or glob of the user's own text.
  var path: String?
  /// Raw bytes to stop at, spread over the sources; nil for all.
  var limit: Int?
  /// Sources of the manifest that are read from copies on this machine, sorted by name.
  var local: [LocalCopy]?

  struct LocalCopy: Sendable, Codable, Equatable {
    var source: String
    var folder: String
  }

  /// The names of the fields of the documents at `path`; the sources of a manifest have their own.
  var fields: DocumentFields?
  /// Larger documents are refused, in bytes; nil: the usual limit.
  var documentLimit: Int?
  /// Source code to leave out.
  var skip: [SourceCodeMark] = []

  init(_ root: RecipeMapping) {
    guard let mapping = root.mapping("corpus") else {
      root.missing("corpus", hint: "for example `corpus: {manifest: debian-docs}`")
      return
    }
    manifest = mapping.string("manifest")
    Self.check(manifest, of: mapping)
    path = mapping.string("path")
    limit = mapping.megabytes("limit_mb")
    if let copies = mapping.mapping("local") {
      local = copies.keys.sorted().map {
        LocalCopy(source: $0, folder: copies.requiredString($0))
      }
      if path != nil {
        mapping.fault("local", "'local' belongs to 'manifest' only", hint: "remove it")
      }
    }
    if (manifest == nil) == (path == nil) {
      mapping.fault(
        nil, "'corpus' needs one of 'manifest' and 'path'", expected: "one of them",
        hint: "for example `corpus: {path: my-texts}`")
    }
    fields = CorpusSource.fields(mapping)
    documentLimit = mapping.megabytes("document_limit_mb")
    skip = CorpusSource.skippedCode(mapping).sorted { $0.rawValue < $1.rawValue }
    guard manifest != nil else { return }
    for key in ["fields", "document_limit_mb", "skip"] where mapping.keys.contains(key) {
      mapping.fault(
        key, "'corpus.\(key)' belongs to 'path' only",
        hint: "write it in the sources of the manifest")
    }
  }

  /// Reports a manifest that is not there or cannot be read, at its line.
  private static func check(_ manifest: String?, of mapping: RecipeMapping) {
    guard let manifest else { return }
    do { _ = try CorpusManifest.named(manifest) } catch let fault as Fault {
      mapping.fault("manifest", fault.message, expected: fault.expected, hint: fault.hint)
    } catch let faults as Faults {
      for fault in faults.faults { mapping.fault("manifest", fault.message, hint: fault.hint) }
    } catch {
      mapping.fault("manifest", "the manifest '\(manifest)' cannot be used: \(error)")
    }
  }

  /// The manifest that is named, or one of the user's own text.
  func corpus() throws -> CorpusManifest {
    guard let path else {
      let manifest = try CorpusManifest.named(manifest ?? "")
      let copies = (local ?? []).map { ($0.source, $0.folder) }
      return try manifest.usingLocalCopies(Dictionary(copies, uniquingKeysWith: { $1 }))
    }
    var own = CorpusManifest(ownText: path)
    for index in own.sources.indices {
      own.sources[index].fields = fields
      own.sources[index].documentLimit = documentLimit
      own.sources[index].skippedCode = Set(skip)
    }
    return own
  }
}

/// What is kept.
struct CurationSettings: Sendable, Codable, Equatable {
  /// A filter pack and the domains whose documents it judges.
  struct Pack: Sendable, Codable, Equatable {
    /// A pack that the binary carries, or a file.
    var name: String
    var domains = StreamRecipe.domains
  }

  /// In the order in which they act.
  var packs = ["language", "gopher-quality", "gopher-repetition"].map { Pack(name: $0) }
  /// Where a training document's domain comes from: "manifest" (its tags where the manifest gives no
  /// hint) or "tags".
  var domains = "manifest"
  /// Near-duplicates have at least this Jaccard similarity of word 5-grams.
  var similarity = 0.8
  /// The duplicate that stays: "first" or "quality".
  var keep = "quality"
  /// Training documents with at least this share of their word 13-grams in evaluation documents go.
  var contamination = 0.2

  init() {}

  init(_ mapping: RecipeMapping?) {
    guard let mapping else { return }
    if let items = mapping.mappings("packs") {
      packs = items.map { item in
        var pack = Pack(name: item.requiredString("pack"))
        Self.check(pack.name, of: item)
        if let domains = item.strings("domains") {
          pack.domains = domains
          for domain in domains where !StreamRecipe.domains.contains(domain) {
            item.fault(
              "domains", "unknown domain '\(domain)'",
              expected: StreamRecipe.domains.joined(separator: ", "),
              hint: NearestName.find(domain, in: StreamRecipe.domains).map {
                "did you mean '\($0)'?"
              })
          }
        }
        return pack
      }
    }
    domains = mapping.choice("domains", of: ["manifest", "tags"]) ?? domains
    if let deduplication = mapping.mapping("deduplication") {
      similarity = deduplication.number("similarity", in: 0.5...1) ?? similarity
      keep = deduplication.choice("keep", of: ["first", "quality"]) ?? keep
    }
    if let decontamination = mapping.mapping("decontamination") {
      contamination = decontamination.number("share", in: 0...1) ?? contamination
    }
  }
}

extension CurationSettings {
  /// Reports a pack that is not there or cannot be read, at its line.
  private static func check(_ pack: String, of item: RecipeMapping) {
    do {
      if !pack.isEmpty { _ = try FilterPack.named(pack) }
    } catch let fault as Fault {
      item.fault("pack", fault.message, expected: fault.expected, hint: fault.hint)
    } catch {
      item.fault("pack", "the pack '\(pack)' cannot be used: \(error)")
    }
  }
}

/// The tokenizer and the shards.
struct TokenizerSettings: Sendable, Codable, Equatable {
  /// An existing tokenizer.json, used as it is.
  var file: String?
  var vocabulary = 4096
  /// Bytes of text that it is trained on.
  var sample = 20_000_000

  init(_ mapping: RecipeMapping?) {
    guard let mapping else { return }
    file = mapping.string("file")
    vocabulary = mapping.integer("vocabulary", in: 260...65_536) ?? vocabulary
    sample = mapping.megabytes("sample_mb") ?? sample
  }
}

extension RecipeMapping {
  /// A number of megabytes (10^6 bytes), in bytes.
  func megabytes(_ key: String) -> Int? {
    number(key, in: 0.001...1e9).map { Int($0 * 1e6) }
  }
}
