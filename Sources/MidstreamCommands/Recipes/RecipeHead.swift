import Runs
import Streams

/// What every recipe begins with: name, description, seed and sizes.
struct RecipeHead {
  let recipe: Recipe
  let path: String
  let name: String
  let seed: Int
  /// Of the recipe's text with all overrides.
  let digest: String

  var root: RecipeMapping { recipe.root }

  init(path: String, overrides: [String]) throws {
    recipe = try Recipe(path: path, overrides: try overrides.map { try RecipeOverride($0) })
    self.path = path
    let root = recipe.root
    name = root.requiredString("name")
    root.ignore("description")
    seed = root.integer("seed", in: 0...Int(Int32.max)) ?? 1
    let sizes = root.keys.contains("sizes") ? root.mappingKeys("sizes") : []
    _ = root.choice("size", of: sizes)
    digest = RunFolder.digest(
      of: [String(decoding: try InputFile.bytes(path), as: UTF8.self)] + overrides)
  }

  /// The data, and the part of the recipe that `command` is about.
  ///
  /// - Throws: the recipe's faults where one of them is missing, and a `Fault` of its own where the
  ///   recipe is one for a whole run.
  func onShards(_ command: String, part: String, hint: String) throws -> (
    data: DataSettings, part: RecipeMapping
  ) {
    guard root.keys.contains("data") || !root.keys.contains("corpus") else {
      throw Fault(
        .input, "'\(path)' begins with a corpus, which 'midstream \(command)' does not read",
        at: path, found: "'corpus'", expected: "'data'",
        hint: "use `midstream run \(path)`, or name the shards that it made: "
          + "`data: {run: FOLDER}` in place of 'corpus'")
    }
    let mappings = (data: root.mapping("data"), part: root.mapping(part))
    if mappings.data == nil {
      root.missing("data", hint: "for example `data: {run: runs/quickstart, stream: curated}`")
    }
    if mappings.part == nil { root.missing(part, hint: hint) }
    guard let data = mappings.data, let part = mappings.part else {
      try recipe.finish()
      throw Fault(.input, "'\(path)' has no data or no \(part)", at: path)
    }
    return (DataSettings(data), part)
  }
}
