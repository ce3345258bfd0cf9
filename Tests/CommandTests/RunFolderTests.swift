import Foundation
import TestFolders
import Testing

/// The commands that look at a finished run, on a run of a few texts and a model of a few neurons.
@Suite struct RunFolderTests {
  private static let recipe = """
    name: small
    corpus: {path: texts}
    curation: {packs: [{pack: language}, {pack: gopher-quality}]}
    tokenizer: {vocabulary: 300}
    evaluation: {mb_per_domain: 0.002, monitor_mb_per_domain: 0.002}
    training:
      model: {width: 16, layers: 1, heads: 2, key_value_heads: 1, intermediate: 32, context: 32}
      stages:
        - {name: base, from: initial, stream: unfiltered, mixture: {general: 1}, tokens: 2048, batch: 4}
        - {name: more, from: base, stream: curated, mixture: {general: 1}, tokens: 1024, batch: 4, evaluate_every: 4, general_limit: {rise: 5}, checkpoints: {every: 3}}
    """

  @Test("explain, status, report, evaluate and generate work on what run has made")
  func finishedRun() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("small.yaml", Self.recipe)
    for number in 0..<80 {
      _ = try folder.file("texts/\(number).txt", SmallTexts.text(number))
    }
    _ = try folder.file("texts/copy.txt", SmallTexts.text(5))
    _ = try folder.file("texts/short.txt", "Too short.")
    let run = try Program.run(
      ["run", "small.yaml", "--output", "r", "--quiet", "--threads", "2"], in: folder.path)
    try #require(run.status == 0, "\(run.errors)")
    try explain(in: folder)
    try status(in: folder)
    try models(in: folder)
    try measures(in: folder)
    try training(in: folder)
  }

  private func measures(in folder: TemporaryFolder) throws {
    let record =
      try JSONSerialization.jsonObject(
        with: Data(try folder.read("r/records/training-more.json"))) as? [String: Any]
    let measures = record?["measures"] as? [[String: Any]] ?? []
    #expect(measures.map { $0["step"] as? Int } == [0, 4, 8])
    let domains = measures.first?["domains"] as? [[String: Any]] ?? []
    #expect(domains.map { $0["domain"] as? String } == ["general"])
    #expect(record?["stopped"] == nil)
  }

  /// A stage on the run's shards, from one of its checkpoints, is the run's own stage again.
  private func training(in folder: TemporaryFolder) throws {
    _ = try folder.file(
      "again.yaml",
      """
      name: again
      data: {run: r}
      training:
        model: {width: 16, layers: 1, heads: 2, key_value_heads: 1, intermediate: 32, context: 32}
        stages:
          - {name: more, from: base, mixture: {general: 1}, tokens: 1024, batch: 4}
      """)
    let result = try Program.run(
      ["train", "again.yaml", "--output", "t", "--quiet"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let file = "training/more/checkpoint/model.safetensors"
    #expect(try folder.read("t/" + file) == folder.read("r/" + file))
  }

  private func explain(in folder: TemporaryFolder) throws {
    let short = try Program.run(
      ["explain", "own/short.txt", "--run", "r", "--json"], in: folder.path)
    #expect(short.status == 0, "\(short.errors)")
    let story = try short.object()
    #expect(story["textBytes"] as? Int == 10)
    if story["use"] as? String == "training" {
      #expect(story["outcome"] as? String == "removed")
      let rules = (story["removals"] as? [[String: Any]] ?? []).compactMap { $0["rule"] as? String }
      #expect(rules.contains("gopher_short_doc"))
    }
    #expect(story["packsFromRecipe"] as? Bool == true)

    // Of two equal texts one stays, and each tells of the other.
    let text = try Program.run(["explain", "own/copy.txt", "--run", "r"], in: folder.path)
    #expect(text.output.contains("own/5.txt"), "\(text.output)")
    #expect(text.output.contains("gopher-quality/gopher_short_doc"))

    let unknown = try Program.run(["explain", "own/shrt.txt", "--run", "r"], in: folder.path)
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'own/short.txt'?"))
    let part = try Program.run(["explain", "short", "--run", "r"], in: folder.path)
    #expect(part.errors.contains("did you mean 'own/short.txt'?"))

    // A document of a stream names its shard, and the shard has it at that place.
    let kept = try (0..<80).lazy.map {
      try Program.run(["explain", "own/\($0).txt", "--run", "r", "--json"], in: folder.path)
        .object()
    }.first { $0["outcome"] as? String == "kept" }
    let places = kept?["streams"] as? [[String: Any]] ?? []
    let place = try #require(places.first { $0["stream"] as? String == "curated" })
    let shard = try #require(place["shard"] as? String)
    let number = try #require(place["document"] as? Int)
    let head = try Program.run(
      [
        "shards", "head", "r/" + shard, "--documents", "\(number + 1)", "--tokens", "9999",
        "--tokenizer", "r/tokenizer", "--json",
      ], in: folder.path
    ).list()
    let excerpt = try #require(kept?["excerpt"] as? String)
    #expect((head.last?["text"] as? String)?.hasPrefix(excerpt) == true)
    #expect(head.last?["tokens"] as? Int == place["tokens"] as? Int)
  }

  private func status(in folder: TemporaryFolder) throws {
    let status = try Program.run(["status", "r", "--json"], in: folder.path).object()
    #expect(status["state"] as? String == "complete")
    let stages = status["stages"] as? [[String: Any]] ?? []
    #expect(stages.map { $0["complete"] as? Bool } == stages.map { _ in true })
    #expect(
      stages.compactMap { $0["name"] as? String } == [
        "fetch", "extract", "decide", "write", "tokenizer", "tokenize", "train-base",
        "train-more", "evaluate",
      ])
    let text = try Program.run(["status", "r"], in: folder.path)
    #expect(text.output.hasPrefix("small: complete\n"))

    try FileManager.default.removeItem(atPath: folder.path + "/r/report.html")
    let report = try Program.run(["report", "r"], in: folder.path)
    #expect(report.status == 0 && folder.has("r/report.html"))
    #expect(report.output.hasSuffix("report: r/report.html\n"))
  }

  private func models(in folder: TemporaryFolder) throws {
    let texts = (100..<104).map { SmallTexts.text($0) }
    _ = try folder.file(
      "held.jsonl", SmallTexts.lines(texts, attributes: "{\"domain\": \"letters\"}"))
    let arguments = [
      "evaluate", "--model", "r/training/more/checkpoint", "--input", "held.jsonl", "--json",
    ]
    let alone = try Program.run(arguments, in: folder.path)
    #expect(alone.status == 0, "\(alone.errors)")
    let both = try Program.run(
      arguments + ["--against", "r/training/base/checkpoint"], in: folder.path
    ).object()
    #expect(both["models"] as? [String] == ["base/checkpoint", "more/checkpoint"])
    let domains = both["domains"] as? [[String: Any]] ?? []
    #expect(domains.map { $0["domain"] as? String } == ["letters"])
    let change = domains.first?["change"] as? [String: Double] ?? [:]
    #expect((change["low"] ?? 1) <= (change["mean"] ?? 0))
    #expect((change["mean"] ?? 0) <= (change["high"] ?? -1))
    // A model compared with itself does not change.
    let itself = try Program.run(
      arguments + ["--against", "r/training/more/checkpoint", "--domain", "all"], in: folder.path
    ).object()
    let none = (itself["domains"] as? [[String: Any]])?.first?["change"] as? [String: Double]
    #expect(none == ["mean": 0, "low": 0, "high": 0])

    let prompt = ["generate", "--model", "r/training/more/checkpoint", "--prompt", "That the"]
    let first = try Program.run(prompt + ["--tokens", "8", "--seed", "3"], in: folder.path)
    let second = try Program.run(prompt + ["--tokens", "8", "--seed", "3"], in: folder.path)
    #expect(first.status == 0 && first.output.hasPrefix("That the"))
    #expect(first.output == second.output)
  }
}
