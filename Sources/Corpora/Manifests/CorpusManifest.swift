import Runs
import Streams

/// What to read, from where, under which licence: a YAML file, read strictly.
///
///     name: my-corpus
///     sources:
///       - name: manuals
///         domain: general
///         license: PostgreSQL
///         apt: postgresql-doc-[0-9]*
///         include: usr/share/doc/*/html/*.html
///         evaluation_share: 0.02
public struct CorpusManifest: Sendable, Equatable {
  public var name: String
  public var description: String
  /// In file order.
  public var sources: [CorpusSource]
  /// The manifest's file, for messages; relative `path:` sources start at its folder.
  public var path: String

  public init(name: String, description: String = "", sources: [CorpusSource], path: String) {
    self.name = name
    self.description = description
    self.sources = sources
    self.path = path
  }

  /// Reads a manifest from a file.
  public init(path: String) throws {
    try self.init(Recipe(path: path))
  }

  /// Reads a manifest from `text`, which came from `path` (the binary carries some in itself).
  public init(text: String, path: String) throws {
    try self.init(Recipe(text: text, path: path))
  }

  private init(_ recipe: Recipe) throws {
    self.init(reading: recipe.root, path: recipe.path)
    try recipe.finish()
  }

  /// Reads a manifest that is a mapping of a larger recipe; faults gather in that recipe.
  public init(reading mapping: RecipeMapping, path: String) {
    name = mapping.requiredString("name")
    description = mapping.string("description") ?? ""
    self.path = path
    sources = []
    let items = mapping.mappings("sources")
    if items?.isEmpty ?? true { mapping.missing("sources", hint: "list at least one source") }
    var names: Set<String> = []
    for item in items ?? [] {
      guard let source = CorpusSource(reading: item) else { continue }
      if !names.insert(source.name).inserted {
        item.fault(
          "name", "two sources are named '\(source.name)'",
          hint: "names start document ids and must differ")
      }
      sources.append(source)
    }
  }
}

extension CorpusSource {
  private static let originKeys = ["apt", "path", "https", "s3", "hf"]

  /// Nil where the mapping has no single usable origin; the fault is in the recipe then.
  init?(reading item: RecipeMapping) {
    let name = item.requiredString("name")
    if name.contains(where: { $0 == "/" || $0.isWhitespace || $0.isNewline }) || name == ".."
      || name == "."
    {
      item.fault(
        "name", "'\(name)' cannot name a source", expected: "a name without '/' and spaces",
        hint: "document ids are NAME/PATH")
    }
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
      item.choice(key, of: Choice.allCases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
    }
    let domain = choice("domain", CorpusDomain.self)
    let quality = choice("quality", CorpusQuality.self)
    let format = choice("format", CorpusFormat.self)
    let license = item.requiredString("license")
    let include = (item.strings("include") ?? []).map(PathGlob.init)
    let exclude = (item.strings("exclude") ?? []).map(PathGlob.init)
    let isOptional = item.flag("optional") ?? false
    let evaluation = CorpusSource.evaluation(item, domain)
    guard let origin = CorpusSource.origin(item) else { return nil }
    self.init(
      name: name, domain: domain, quality: quality, license: license, format: format,
      include: include, exclude: exclude, evaluation: evaluation, isOptional: isOptional,
      origin: origin)
  }

  private static func evaluation(
    _ item: RecipeMapping, _ domain: CorpusDomain?
  ) -> EvaluationShare {
    let whole = item.flag("evaluation") ?? false
    let share = item.number("evaluation_share", in: 0...1)
    if whole, share != nil {
      item.fault(
        "evaluation_share", "a source has 'evaluation: true' or 'evaluation_share', not both")
    }
    if whole || share ?? 0 > 0, domain == nil, !item.keys.contains("domain") {
      item.missing("domain", hint: "evaluation slices are made by domain")
    }
    return whole ? .all : share.map { .share($0) } ?? .none
  }

  private static func origin(_ item: RecipeMapping) -> CorpusOrigin? {
    let values = originKeys.map { ($0, item.string($0)) }
    let sha256 = item.string("sha256")
    let given = values.filter { $0.1 != nil }
    guard given.count == 1, let (key, value) = given.first, let value else {
      item.fault(
        nil,
        given.isEmpty ? "a source says nowhere where it comes from" : "a source comes from two",
        expected: "exactly one of apt, path, https",
        hint: "for files that are there already: path: FOLDER")
      return nil
    }
    if sha256 != nil, key != "https" {
      item.fault("sha256", "'sha256' belongs to 'https' only", hint: "remove it")
    }
    switch key {
    case "apt": return .apt(value)
    case "path": return .path(value)
    case "https": return https(item, value, sha256)
    case "s3":
      item.fault(
        "s3", "reading from S3 is not built yet", expected: "apt, path or https",
        hint: "copy it first (aws s3 cp --recursive \(value) FOLDER) and write path: FOLDER")
    default:
      item.fault(
        "hf", "reading from the Hugging Face hub is not built yet", expected: "apt, path or https",
        hint: "download it first (hf download --repo-type dataset … --local-dir FOLDER) and write"
          + " path: FOLDER, or give a file's own address: https: …/resolve/main/FILE")
    }
    return nil
  }

  private static func https(
    _ item: RecipeMapping, _ url: String, _ sha256: String?
  ) -> CorpusOrigin? {
    guard Download.accepts(url) else {
      item.fault("https", "'\(url)' is not an https address", expected: "https://HOST/PATH/FILE")
      return nil
    }
    let digest = sha256?.lowercased()
    if let digest, digest.utf8.count != 64 || !digest.utf8.allSatisfy(isHexadecimal) {
      item.fault("sha256", "'sha256' is not a SHA-256", expected: "64 hexadecimal digits")
    }
    return .https(url: url, sha256: digest)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
