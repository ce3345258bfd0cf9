import Foundation
import TestFolders
import Testing

@Suite struct RecipeFaultTests {
  @Test(
    "a wrong recipe exits with 2 and names file, line, key and the nearest valid name",
    arguments: [
      ("seed: 3", "sede: 3", ["unknown key 'sede'", "recipe.yaml:2:", "rename it to 'seed'"]),
      ("vocabulary: 400", "vocabulary: many", ["'tokenizer.vocabulary'", "found     'many'"]),
      ("pack: language", "pack: languge", ["languge", "did you mean 'language'?"]),
      ("stream: curated", "stream: curatd", ["'curatd'", "did you mean 'curated'?"]),
      ("from: base", "from: bose", ["'bose'", "did you mean 'base'?"]),
      ("domains: [code]", "domains: [cod]", ["unknown domain 'cod'", "did you mean 'code'?"]),
      ("heads: 2,", "heads: 3,", ["heads"]),
      ("manifest.yaml", "manifesto.yaml", ["manifesto.yaml"]),
      ("name: small", "name: [small", ["is not valid YAML", "recipe.yaml:"]),
    ])
  func wrongRecipe(right: String, wrong: String, messages: [String]) throws {
    let scratch = try TemporaryFolder()
    let text = SmallCorpus.recipeText(manifest: scratch.path + "/manifest.yaml")
    #expect(text.contains(right))
    _ = try scratch.file("manifest.yaml", "name: small\nsources: []\n")
    let recipe = try scratch.file("recipe.yaml", text.replacing(right, with: wrong))
    let result = try Program.run(["run", recipe, "--output", scratch.path + "/run"])
    #expect(result.status == 2, "\(result.errors)")
    for message in messages { #expect(result.errors.contains(message), "\(result.errors)") }
  }

  @Test("a missing or empty recipe and an unwritable output folder exit with 2 and say so")
  func missing() throws {
    let scratch = try TemporaryFolder()
    let missing = try Program.run(["run", scratch.path + "/none.yaml"])
    #expect(missing.status == 2 && missing.errors.contains("none.yaml"))
    let empty = try scratch.file("empty.yaml", "")
    #expect(try Program.run(["run", empty]).errors.contains("is empty"))
    let recipe = try scratch.file("recipe.yaml", SmallCorpus.recipeText(manifest: "debian-docs"))
    let unwritable = try Program.run(["run", recipe, "--output", "/proc/none"])
    #expect(unwritable.status == 2 && unwritable.errors.contains("/proc/none"))
  }
}
