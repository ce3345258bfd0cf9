import Streams
import Testing

@testable import Runs

@Suite struct RecipeTests {
  /// Reads a recipe with two known keys and a list of mappings, and returns what it finds wrong.
  func faults(_ text: String, set overrides: [String] = []) throws -> [Fault] {
    do {
      let recipe = try Recipe(
        text: text, path: "r.yaml", overrides: overrides.map { try RecipeOverride($0) })
      let root = recipe.root
      _ = root.requiredString("name")
      _ = root.integer("threads", in: 1...64)
      _ = root.number("share", in: 0...1)
      _ = root.choice("method", of: ["exact", "minhash"])
      for stage in root.mappings("stages") ?? [] {
        _ = stage.integer("steps", in: 1...1000)
      }
      try recipe.finish()
      return []
    } catch let faults as Faults {
      return faults.faults
    } catch let fault as Fault {
      return [fault]
    }
  }

  @Test("a right recipe has no faults")
  func right() throws {
    #expect(try faults("name: a\nthreads: 2\nstages:\n  - steps: 10\n") == [])
  }

  @Test("an unknown key is named with its line and the nearest known one")
  func unknownKey() throws {
    let found = try faults("name: a\ntreads: 2\n")
    #expect(found.count == 1)
    #expect(found[0].place == "r.yaml:2:1")
    #expect(found[0].message == "unknown key 'treads'")
    #expect(found[0].hint == "rename it to 'threads'")
    #expect(found[0].kind == .input)
  }

  @Test("all faults come out together, in file order")
  func together() throws {
    let found = try faults(
      "threads: many\nname: a\nmethod: minhsh\nstages:\n  - steps: 0\n    stepz: 1\nshare: 2\n")
    #expect(
      found.map(\.message) == [
        "wrong value for 'threads'", "unknown value 'minhsh' for 'method'",
        "wrong value for 'stages[0].steps'", "unknown key 'stepz' in 'stages[0]'",
        "wrong value for 'share'",
      ])
    #expect(found[1].hint == "did you mean 'minhash'?")
    #expect(found[2].place == "r.yaml:5:12")
  }

  @Test(
    "what is not a recipe at all is one clear fault",
    arguments: [
      ("", "'r.yaml' is empty"), ("   \n", "'r.yaml' is empty"),
      ("- a\n- b\n", "the file is not a mapping"), ("name: [a\n", "'r.yaml' is not valid YAML"),
      ("name: a\nname: b\n", "'r.yaml' names a key twice"),
      ("threads: 2\n", "'name' is missing"),
    ])
  func notARecipe(text: String, message: String) throws {
    let found = try faults(text)
    #expect(found.map(\.message).contains(message), "\(found)")
    #expect(found.allSatisfy { $0.kind == .input && $0.place?.hasPrefix("r.yaml") == true })
  }

  @Test("--set lays a value over the file, in lists too, and is checked like it")
  func overrides() throws {
    let text = "name: a\nstages:\n  - steps: 10\n"
    #expect(try faults(text, set: ["threads=2", "stages.0.steps=20"]) == [])
    #expect(try faults(text, set: ["stages.0.steps=0"]).map(\.place) == ["r.yaml (--set)"])
    #expect(try faults(text, set: ["thread=2"]).first?.hint == "rename it to 'threads'")
    #expect(throws: Fault.self) { try RecipeOverride("size") }
  }

  @Test("a size lays its mapping over the rest")
  func sizes() throws {
    let text = "name: a\nsize: tiny\nthreads: 4\nsizes:\n  tiny: {threads: 1}\n"
    let recipe = try Recipe(text: text, path: "r.yaml")
    #expect(recipe.root.integer("threads", in: 1...64) == 1)
    let overridden = try Recipe(
      text: text, path: "r.yaml", overrides: [try RecipeOverride("threads=8")])
    #expect(overridden.root.integer("threads", in: 1...64) == 8)
  }

  @Test("a size changes the items of a list that it names by position, and no others")
  func sizesOfLists() throws {
    let text = """
      size: tiny
      stages:
        - {steps: 10, batch: 4}
        - {steps: 20, batch: 4}
      sizes:
        tiny:
          stages: {1: {steps: 2}}
      """
    let stages = try Recipe(text: text, path: "r.yaml").root.mappings("stages") ?? []
    #expect(stages.map { $0.integer("steps", in: 1...100) } == [10, 2])
    #expect(stages.map { $0.integer("batch", in: 1...100) } == [4, 4])
  }
}
