import Foundation
import Runs
import TestFolders
import Testing

/// `midstream mix show` and `mix export` over shards of a few thousand tokens.
@Suite struct MixCommandTests {
  private static let recipe = """
    name: own
    data:
      domains: {general: shards/general, math: shards/math, tiny: shards/tiny}
      evaluation: {general: shards/general}
      tokenizer: tokenizer
    training:
      model: {width: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate: 64, context: 32}
      stages:
        - name: first
          tokens: 8_000
          batch: 8
          mixture: {temperature: 2}
        - name: second
          from: first
          tokens: 16_000
          batch: 8
          over_cap: redistribute
          max_epochs: {math: 1.5}
          mixture:
            - {share: 0.25, mixture: proportional}
            - {share: 0.75, mixture: {general: 3, math: 5}}
        - name: third
          from: first
          replay: 0.25
          tokens: 8_000
          mixture: {math: 7}
        - name: budget
          mixture: {tokens: {general: 6_000, math: 2_000}}

    """

  private static func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let texts = ["general": 40, "math": 10, "tiny": 0].mapValues { count in
      count == 0 ? ["a few words"] : (0..<count).map { SmallTexts.text($0) }
    }
    for (domain, texts) in texts {
      _ = try folder.file("\(domain).jsonl", SmallTexts.lines(texts, ids: domain + "-"))
    }
    let trained = try Program.run(
      [
        "tokenizer", "train", "--input", "general.jsonl", "--vocabulary", "400", "--output",
        "tokenizer",
      ], in: folder.path)
    #expect(trained.status == 0, "\(trained.errors)")
    for domain in texts.keys {
      let made = try Program.run(
        [
          "tokenize", "--input", "\(domain).jsonl", "--tokenizer", "tokenizer", "--output",
          "shards/\(domain)", "--domain", domain,
        ], in: folder.path)
      #expect(made.status == 0, "\(made.errors)")
    }
    _ = try folder.file("recipe.yaml", recipe)
    return folder
  }

  private struct Shown: Decodable {
    struct Forecast: Decodable {
      struct Domain: Decodable {
        var name: String
        var plannedTokens: Int
        var tokensAnEpoch: Int
        var shardTokens: Int
        var share: Double
        var epochs: Double
        var mostEpochs: Double
        var firstPassEnds: Int?
        var capReached: Int?
      }

      struct Segment: Decodable {
        var firstStep: Int
        var lastStep: Int
        var shares: [Double]
      }

      var steps: Int
      var tokens: Int
      var domains: [Domain]
      var segments: [Segment]
      var overCap: String
      var warnings: [String]
      var bound: Double
    }

    var stage: String
    var meaning: String
    var stream: String?
    var forecast: Forecast
    var measuredDistance: Double
  }

  @Test("mix show tells tokens, epochs, caps and segments of each stage, in JSON and as a table")
  func show() throws {
    let folder = try Self.makeFolder()
    let result = try Program.run(["mix", "show", "recipe.yaml", "--json"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let shown = try JSONDecoder().decode([Shown].self, from: Data(result.output.utf8))
    #expect(shown.map(\.stage) == ["first", "second", "third", "budget"])
    for stage in shown {
      let forecast = stage.forecast
      #expect(abs(forecast.domains.reduce(0) { $0 + $1.plannedTokens } - forecast.tokens) <= 2)
      #expect(stage.measuredDistance <= forecast.bound + 1e-6)
      #expect(stage.stream == nil)
    }
    let second = shown[1].forecast
    let math = try #require(second.domains.first { $0.name == "math" })
    #expect(second.overCap == "redistribute" && math.mostEpochs == 1.5)
    #expect(math.epochs <= 1.5 && math.epochs > 1.45 && math.capReached != nil)
    #expect(second.segments.count == 3 && second.segments.last?.lastStep == second.steps)
    #expect(second.warnings.count == 1)
    #expect(shown[2].forecast.domains.map(\.share) == [0.25, 0.75])
    #expect(shown[3].forecast.tokens >= 8000 && shown[3].forecast.tokens < 8600)
    let table = try Program.run(
      ["mix", "show", "recipe.yaml", "--stage", "second"], in: folder.path)
    #expect(table.output.contains("at its cap from step"))
    #expect(table.output.contains("the samples stay within 0.75 samples (24 tokens)"))
    for line in table.output.split(separator: "\n") { #expect(line.count <= 100) }
  }

  @Test(
    "a wrong mixture exits with 2 and names file, line, key and the nearest valid name",
    arguments: [
      (
        "math: 5}", "maht: 5}",
        ["unknown domain 'maht'", "recipe.yaml:21:", "did you mean 'math'?"]
      ),
      ("{math: 7}", "{math: 0}", ["no positive weight", "recipe.yaml:26:"]),
      ("{math: 7}", "{general: 1, math: 1}", ["'replay' gives its share to", "recipe.yaml:24:"]),
      ("redistribute", "redistribut", ["over_cap", "did you mean 'redistribute'?"]),
      ("{math: 1.5}", "{mat: 1.5}", ["unknown domain 'mat'", "did you mean 'math'?"]),
      ("share: 0.25", "share: 0.5", ["add up to 1.25", "recipe.yaml:20:"]),
      ("temperature: 2", "temperature: 0", ["mixture.temperature", "recipe.yaml:12:"]),
      ("{temperature: 2}", "proportionl", ["did you mean 'proportional'?"]),
      ("{temperature: 2}", "[]", ["no segment", "recipe.yaml:12:"]),
      ("{temperature: 2}", "", ["stages[0].mixture' is missing"]),
      ("{temperature: 2}", "{tiny: 1, math: 1}", ["'tiny' has a weight but no window", "'first'"]),
      ("{math: 1.5}", "0.1", ["runs dry at step", "'general' at step"]),
      ("redistribute", "refuse", ["repeats 'math'", "'second'"]),
      (
        "share: 0.25", "share: 0.25, mixtur: 1", ["unknown key 'mixtur'", "rename it to 'mixture'"]
      ),
      ("shards/math", "shards/maths", ["shards/maths"]),
    ])
  func wrongMixture(right: String, wrong: String, messages: [String]) throws {
    let folder = try Self.sharedFolder.get()
    #expect(Self.recipe.contains(right))
    let recipe = try TemporaryFolder()
    let text = Self.recipe.replacing("shards/", with: folder.path + "/shards/")
      .replacing("tokenizer: tokenizer", with: "tokenizer: \(folder.path)/tokenizer")
    let file = try recipe.file("recipe.yaml", text.replacing(right, with: wrong))
    let result = try Program.run(["mix", "show", file])
    #expect(result.status == 2, "\(result.errors)")
    for message in messages { #expect(result.errors.contains(message), "\(result.errors)") }
  }

  private static let sharedFolder = Result { try makeFolder() }

  @Test("mix export writes a stage's schedule, and its average where a format has none")
  func exportStage() throws {
    let folder = try Self.sharedFolder.get()
    func export(_ arguments: [String]) throws -> Program.Result {
      let result = try Program.run(
        ["mix", "export", "recipe.yaml", "--stage", "second"] + arguments, in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      return result
    }
    let stages = try export(["--to", "nanotron", "--path", "tok/{domain}"])
    #expect(stages.output.contains("- name: \"second-3\"") && stages.errors.isEmpty)
    #expect(stages.output.contains("\"tok/math\""))
    let blend = try export(["--to", "megatron", "--output", "blend.txt", "--quiet"])
    #expect(blend.output == "blend.txt: 2 domains for megatron\n")
    let written = try String(contentsOfFile: folder.path + "/blend.txt", encoding: .utf8)
    let parts = written.split(whereSeparator: \.isWhitespace)
    #expect(parts.count == 4 && parts[1] == "data/general")
    #expect(abs((Double(parts[0]) ?? 0) + (Double(parts[2]) ?? 0) - 1) < 1e-12)
    #expect(try export(["--to", "mosaicml"]).errors.contains("mosaicml has no schedule"))
  }

  @Test("mix export takes a mixture by hand and the branch of a study")
  func exportOthers() throws {
    let folder = try TemporaryFolder()
    let hand = try Program.run(
      [
        "mix", "export", "--mixture", "general=2,math=3", "--to", "mosaicml", "--path",
        "s3://b/{domain}", "--json",
      ], in: folder.path)
    let object = try hand.object()
    #expect((object["text"] as? String)?.contains("remote: \"s3://b/math\"") == true)
    #expect((object["sources"] as? [[String: Any]])?.map { $0["share"] as? Double } == [0.4, 0.6])
    _ = try folder.file(
      "runs.csv",
      """
      mixture,seed,weight:general,weight:math,bpb:general,bpb:math
      flat,1,0.5,0.5,1.20,1.10
      flat,2,0.5,0.5,1.21,1.11
      steep,1,0.25,0.75,1.22,0.90
      steep,2,0.25,0.75,1.221,0.905

      """)
    let imported = try Program.run(
      ["ablate", "--import", "runs.csv", "--output", "study"], in: folder.path)
    #expect(imported.status == 0, "\(imported.errors)")
    let branch = try Program.run(
      ["mix", "export", "--study", "study", "--branch", "steep", "--to", "megatron"],
      in: folder.path)
    #expect(branch.output == "0.25 data/general\n0.75 data/math\n")
  }

  @Test(
    "wrong arguments of mix export exit with 2 and say what is expected",
    arguments: [
      (["--mixture", "a=1", "--to", "megatorn"], "did you mean 'megatron'?"),
      (["--mixture", "a=1,b", "--to", "megatron"], "found     'b'"),
      (["--mixture", "a=1,a=2", "--to", "megatron"], "names 'a' twice"),
      (["--mixture", "a=-1", "--to", "megatron"], "cannot be read"),
      (["--mixture", "a=0", "--to", "megatron"], "no mixture to export"),
      (["--mixture", "a=1", "--to", "megatron", "--path", "data"], "same for each domain"),
      (["--mixture", "a=1", "--to", "megatron", "--path", "a b/{domain}"], "white space"),
      (["--to", "megatron"], "give one of a recipe, --mixture and --study"),
      (["--mixture", "a=1", "--stage", "s", "--to", "megatron"], "need a recipe"),
      (["--mixture", "a=1", "--branch", "s", "--to", "megatron"], "--branch needs --study"),
      (["--study", "none", "--to", "megatron"], "there is no study in 'none'"),
      (["recipe.yaml", "--to", "megatron"], "first, second, third, budget"),
      (["recipe.yaml", "--stage", "secnd", "--to", "megatron"], "did you mean 'second'?"),
    ])
  func wrongArguments(arguments: [String], message: String) throws {
    let folder = try Self.sharedFolder.get()
    let result = try Program.run(["mix", "export"] + arguments, in: folder.path)
    #expect(result.status == 2, "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.output.isEmpty)
  }
}
