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
