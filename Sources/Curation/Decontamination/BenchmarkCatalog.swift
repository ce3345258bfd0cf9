import Corpora
import Runs
import Streams

/// The usual evaluation sets: what they are called, where they come from, and which of their fields
/// are which part of an item. `corpora-manifests/benchmarks.yaml` in the program.
public struct BenchmarkCatalog: Sendable {
  public struct Benchmark: Sendable {
    public var name: String
    /// Other names that files have.
    public var aliases: [String]
    public var description: String
    /// `hf://…` or `https://…`.
    public var source: String
    public var license: String
    /// The fields of its files, one set of fields a known form.
    public var layouts: [EvaluationFields]
  }

  public var benchmarks: [Benchmark]

  /// - Throws: the faults of the catalogue, each with its place.
  public init(text: String, path: String) throws {
    let recipe = try Recipe(text: text, path: path)
    _ = recipe.root.requiredString("name")
    benchmarks = (recipe.root.mappings("benchmarks") ?? []).map(Self.benchmark)
    try recipe.finish()
  }

  /// The catalogue that the program carries.
  public static func builtIn() throws -> BenchmarkCatalog {
    let path = "corpora-manifests/benchmarks.yaml"
    guard let text = BuiltInFile.text(path) else {
      throw Fault(.failure, "the program has no catalogue of benchmarks", at: path)
    }
    return try BenchmarkCatalog(text: text, path: path)
  }

  private static func benchmark(_ mapping: RecipeMapping) -> Benchmark {
    Benchmark(
      name: mapping.requiredString("name"), aliases: mapping.strings("aliases") ?? [],
      description: mapping.requiredString("description"),
      source: mapping.requiredString("source"), license: mapping.requiredString("license"),
      layouts: (mapping.mappings("layouts") ?? []).map(layout))
  }

  private static func layout(_ mapping: RecipeMapping) -> EvaluationFields {
    var fields = EvaluationFields()
    fields.id = mapping.string("id")
    fields.question = mapping.strings("question") ?? []
    fields.passage = mapping.strings("passage") ?? []
    fields.choices = mapping.strings("choices") ?? []
    fields.answer = mapping.strings("answer") ?? []
    fields.prompt = mapping.strings("prompt") ?? []
    fields.separator = mapping.string("separator")
    fields.firstChoice = mapping.integer("first_choice", in: 0...1) ?? 0
    _ = mapping.flag("checked")
    if (fields.question + fields.prompt).isEmpty { mapping.missing("question") }
    return fields
  }

  /// The benchmark of that name or alias.
  func named(_ name: String) -> Benchmark? {
    let small = Self.plain(name)
    return benchmarks.first { ([$0.name] + $0.aliases).contains { Self.plain($0) == small } }
  }

  /// The benchmark with the longest name or alias in a file's path.
  func recognised(in path: String) -> Benchmark? {
    let small = Self.plain(Folder.name(of: Folder.parent(of: path)) + "/" + Folder.name(of: path))
    var best: (length: Int, benchmark: Benchmark)?
    for benchmark in benchmarks {
      for name in [benchmark.name] + benchmark.aliases {
        let plain = Self.plain(name)
        guard small.contains(plain), plain.count > best?.length ?? 0 else { continue }
        best = (plain.count, benchmark)
      }
    }
    return best?.benchmark
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" }
  }
}
