import Foundation
import Streams
import TestFolders
import Testing

/// `midstream train` on shards of a few texts, undisturbed, killed, short of disk, and with wrong
/// input.
@Suite(.serialized) struct TrainCommandTests {
  private static let recipe = """
    name: small
    seed: 5
    data:
      domains: {letters: shards/letters, numbers: shards/numbers}
      evaluation: {letters: held/letters, numbers: held/numbers}
      tokenizer: tokenizer
    evaluation: {mb_per_domain: 0.002, monitor_mb_per_domain: 0.002}
    training:
      model: {width: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate: 48, context: 32}
      stages:
        - name: main
          from: initial
          mixture: {letters: 0.7, numbers: 0.3}
          tokens: 25_600
          batch: 4
          learning_rate: 0.01
          schedule: {kind: 1-sqrt, warmup: 0.1, decay: 0.3, final: 0.1}
          checkpoints: {every: 5, keep_last: 2, keep_every: 100}
          evaluate_every: 50
    """

  /// A folder with tokenizer, shards, evaluation shards and recipe.
  private static func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("letters.jsonl", SmallTexts.lines((0..<120).map { SmallTexts.text($0) }))
    let numbers = (0..<80).map { text in
      (0..<60).map { "\((text * 7919 + $0 * $0 * 31) % 1000)" }.joined(separator: " ")
    }
    _ = try folder.file("numbers.jsonl", SmallTexts.lines(numbers))
    _ = try folder.file(
      "held.jsonl", SmallTexts.lines((200..<220).map { SmallTexts.text($0, sentences: 3) }))
    try run(
      folder, "tokenizer", "train", "--input", "letters.jsonl", "numbers.jsonl", "--vocabulary",
      "400", "--output", "tokenizer")
    for (input, output) in [
      ("letters", "shards/letters"), ("numbers", "shards/numbers"), ("held", "held/letters"),
      ("held", "held/numbers"),
    ] {
      try run(
        folder, "tokenize", "--input", input + ".jsonl", "--tokenizer", "tokenizer", "--output",
        output)
    }
    _ = try folder.file("small.yaml", recipe)
    return folder
  }

  private static func run(_ folder: TemporaryFolder, _ arguments: String...) throws {
    let result = try Program.run(arguments, in: folder.path)
    try #require(result.status == 0, "\(result.errors)")
  }

  /// What `train` says.
  private func train(
    _ folder: TemporaryFolder, _ output: String, _ more: String..., recipe: String = "small.yaml"
  ) throws -> Program.Result {
    try Program.run(["train", recipe, "--output", output] + more, in: folder.path)
  }

  /// The text of each step's loss, as the metrics have it.
  private func losses(_ folder: TemporaryFolder, _ output: String) throws -> [String] {
    try lines(folder, output, "metrics.jsonl").map { line in
      let start = try #require(line.range(of: "\"learning_rate\":"))
      let loss = try #require(line.range(of: "\"loss\":", range: start.upperBound..<line.endIndex))
      return String(line[loss.upperBound...].prefix { $0 != "," })
    }
  }

  private func lines(_ folder: TemporaryFolder, _ output: String, _ file: String) throws -> [String]
  {
    let path = "\(folder.path)/\(output)/training/main/\(file)"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return String(decoding: try InputFile.bytes(path), as: UTF8.self).split(separator: "\n").map {
      String($0)
    }
  }

  /// Digests of the final checkpoint's files.
  private func checkpoint(_ folder: TemporaryFolder, _ output: String) throws -> [String: String] {
    let path = "\(folder.path)/\(output)/training/main/checkpoint"
    return try Dictionary(
      uniqueKeysWithValues: Folder.files(under: path).map {
        ($0, try ContentDigest(file: path + "/" + $0).hex)
      })
  }

  private func unfinished(_ folder: TemporaryFolder, _ output: String) -> Bool {
    let names =
      (try? Folder.names(in: "\(folder.path)/\(output)/training/main/checkpoints")) ?? []
    return names.contains { $0.hasSuffix(".part") }
      || Folder.exists("\(folder.path)/\(output)/training/main/checkpoint.part")
  }

  @Test("killed ten times at random, also while it saves itself, 200 steps have the same losses")
  func killed() throws {
    let folder = try Self.makeFolder()
    for threads in ["1", "2"] {
      let result = try train(folder, "whole-" + threads, "--threads", threads, "--quiet")
      try #require(result.status == 0, "\(result.errors)")
    }
    let expected = try losses(folder, "whole-1")
    #expect(expected.count == 200 && Set(expected).count > 190)
    #expect(try losses(folder, "whole-2") == expected)
    #expect(try checkpoint(folder, "whole-1") == checkpoint(folder, "whole-2"))

    var random = SeededRandom(seed: 11)
    var killsWhileSaving = 0
    for kill in 0..<10 {
      let target = kill * 19 + Int.random(in: 1..<19, using: &random)
      let waitsForSave = kill % 2 == 1
      let (process, output, errors) = try Program.start(
        [
          "train", "small.yaml", "--output", "parts", "--resume", "--quiet", "--threads",
          "\(1 + kill % 2)",
        ], in: folder.path)
      while process.isRunning {
        let reached = try lines(folder, "parts", "metrics.jsonl").count >= target
        if reached, !waitsForSave || unfinished(folder, "parts") { break }
        usleep(300)
      }
      #expect(process.isRunning, "kill \(kill) came too late")
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if unfinished(folder, "parts") { killsWhileSaving += 1 }
      try output.close()
      try errors.close()
    }
    #expect(killsWhileSaving > 0)
    let result = try train(folder, "parts", "--resume", "--json", "--quiet")
    try #require(result.status == 0, "\(result.errors)")
    #expect(try losses(folder, "parts") == expected)
    #expect(try checkpoint(folder, "parts") == checkpoint(folder, "whole-1"))
    #expect(
      try lines(folder, "parts", "evaluations.jsonl")
        == lines(folder, "whole-1", "evaluations.jsonl"))
    let stages = try result.list()
    #expect(stages.first?["steps"] as? Int == 200 && stages.first?["tokens"] as? Int == 25_600)
    #expect((stages.first?["bitsPerByte"] as? [[String: Any]])?.count == 2)
    let path = folder.path + "/parts/training/main"
    #expect(try Folder.names(in: path + "/checkpoints") == ["step-000100"])
  }

  @Test(
    "a disk that is full leaves the checkpoint before, and with room it goes on to the same bits")
  func fullDisk() throws {
    let folder = try Self.makeFolder()
    #expect(try train(folder, "whole", "--quiet").status == 0)
    // Ctrl-C in the middle: a checkpoint is saved.
    let (process, output, errors) = try Program.start(
      ["train", "small.yaml", "--output", "parts", "--quiet"], in: folder.path)
    while process.isRunning, try lines(folder, "parts", "metrics.jsonl").count < 52 { usleep(500) }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    try output.close()
    try errors.close()
    let checkpoints = folder.path + "/parts/training/main/checkpoints"
    func digests() throws -> [String: String] {
      try Dictionary(
        uniqueKeysWithValues: Folder.files(under: checkpoints).map {
          ($0, try ContentDigest(file: checkpoints + "/" + $0).hex)
        })
    }
    let before = try digests()
    #expect(before.count >= 6)
    // The optimiser's state is the one file that does not fit.
    let most = Folder.byteCount(
      of: checkpoints + "/" + (try Folder.names(in: checkpoints).last ?? "")
        + "/optimizer.safetensors")
    let blocks = (try #require(most) - 2000) / 512
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c",
      "ulimit -f \(blocks); exec '\(Program.path)' train small.yaml --output parts --resume --quiet",
    ]
    shell.currentDirectoryURL = URL(filePath: folder.path)
    let pipe = Pipe()
    shell.standardError = pipe
    try shell.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 1)
    #expect(text.contains("cannot write") && text.contains("optimizer.safetensors"), "\(text)")
    #expect(text.contains("File too large"), "\(text)")
    #expect(try digests() == before)

    let result = try train(folder, "parts", "--resume", "--quiet")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try losses(folder, "parts") == losses(folder, "whole"))
    #expect(try checkpoint(folder, "parts") == checkpoint(folder, "whole"))
  }

  @Test("work that is there is gone on with only when asked, and only with the same recipe")
  func refusals() throws {
    let folder = try Self.makeFolder()
    let short = ["--quiet", "--set", "training.stages.0.tokens=2560"]
    func train(_ more: String...) throws -> Program.Result {
      try Program.run(
        ["train", "small.yaml", "--output", "out"] + short + more, in: folder.path)
    }
    #expect(try train().status == 0)
    let again = try train()
    #expect(again.status == 2 && again.errors.contains("--resume goes on with it"))
    #expect(try train("--resume").status == 0)
    func refused(_ part: String, _ more: String...) throws {
      let result = try Program.run(
        ["train", "small.yaml", "--output", "out", "--resume"] + short + more, in: folder.path)
      #expect(result.status == 2, "\(part): \(result.errors)")
      #expect(result.errors.contains(part), "\(part): \(result.errors)")
    }
    try refused("'peakLearningRate' differs", "--set", "training.stages.0.learning_rate=0.02")
    try refused("'steps' differs", "--set", "training.stages.0.tokens=5120")
    try refused(
      "the data (shards, mixture or seed)", "--set", "training.stages.0.mixture.letters=2")
    try refused("the model that it began with differs", "--seed", "6")
    try refused("another shape", "--set", "training.model.width=64")
    try refused("what it is measured on", "--set", "evaluation.monitor_mb_per_domain=0.001")
    let state = folder.path + "/out/training/main/checkpoint/trainer.json"
    let text = String(decoding: try InputFile.bytes(state), as: UTF8.self)
    try OutputFile.write(
      text.replacing("\"version\" : 2", with: "\"version\" : 3").utf8, to: state)
    try refused("of another version of midstream")
    try OutputFile.write(Array(text.utf8.prefix(50)), to: state)
    try refused("the state of the training stage cannot be read")
  }

  @Test("wrong recipes and data are told with what to do, before anything is trained")
  func wrongInput() throws {
    let folder = try Self.makeFolder()
    func refused(_ part: String, _ more: [String], recipe: String = "small.yaml") throws {
      let result = try Program.run(
        ["train", recipe, "--output", "out"] + more, in: folder.path)
      #expect(result.status == 2, "\(part): \(result.errors)")
      #expect(result.errors.contains(part), "\(part): \(result.errors)")
      #expect(result.output.isEmpty && !folder.has("out/training"))
    }
    func set(_ values: String...) -> [String] { values.flatMap { ["--set", $0] } }
    let stage = "training.stages.0"
    try refused("cannot read 'smal.yaml'", [], recipe: "smal.yaml")
    try refused("did you mean 'linear-to-zero'?", set(stage + ".schedule.kind=linear-to-zer"))
    try refused("has no decay of its own", set(stage + ".schedule={kind: cosine, decay: 0.1}"))
    try refused("did you mean 'stop'?", set(stage + ".general_limit={rise: 0.1, action: stp}"))
    try refused("a multiple of 'every', 5", set(stage + ".checkpoints.keep_every=7"))
    try refused("'training.stages[0].checkpoints.every' is missing", set(stage + ".checkpoints={}"))
    try refused("did you mean 'letters'?", set(stage + ".mixture={leters: 1}"))
    try refused("the limit on 'general' cannot be watched", set(stage + ".general_limit={rise: 1}"))
    try refused("there are no shards in 'shards/none'", set("data.domains.letters=shards/none"))
    try refused("there is no tokenizer in 'shards'", set("data.tokenizer=shards"))
    try refused("'data' needs one of 'run' and 'domains'", set("data={tokenizer: tokenizer}"))
    try refused("there are no shards in 'held'", set("data={run: held}"))
    try refused("'data' is missing", set("data="))
    try refused("arms belong to a whole run", set("training.arms={from: main}"))
    try refused("use `midstream run corpus.yaml`", [], recipe: try corpusRecipe(folder))

    // Ten tokens are no window.
    _ = try folder.file("few.jsonl", SmallTexts.lines(["one two"]))
    try Self.run(
      folder, "tokenize", "--input", "few.jsonl", "--tokenizer", "tokenizer", "--output", "few")
    try refused("'letters' has a weight but no window", set("data.domains.letters=few"))

    // Another tokenizer than the shards', and than the checkpoint's.
    try Self.run(
      folder, "tokenizer", "train", "--input", "letters.jsonl", "--vocabulary", "300", "--output",
      "other")
    try refused("were made with another tokenizer than 'other'", set("data.tokenizer=other"))
    #expect(
      try train(folder, "base", "--quiet", "--set", "training.stages.0.tokens=640").status == 0)
    for domain in ["letters", "numbers"] {
      try Self.run(
        folder, "tokenize", "--input", domain + ".jsonl", "--tokenizer", "other", "--output",
        "others/" + domain)
    }
    let others = set(
      "data={domains: {letters: others/letters, numbers: others/numbers}, tokenizer: other}",
      stage + ".from=base/training/main/checkpoint", stage + ".evaluate_every=")
    let result = try Program.run(
      ["train", "small.yaml", "--output", "out"] + others, in: folder.path)
    #expect(result.status == 2, "\(result.errors)")
    #expect(result.errors.contains("has another tokenizer than the shards"), "\(result.errors)")
  }

  private func corpusRecipe(_ folder: TemporaryFolder) throws -> String {
    _ = try folder.file(
      "corpus.yaml", Self.recipe.replacing("data:\n", with: "corpus: {path: texts}\nother:\n"))
    return "corpus.yaml"
  }

  @Test("a dry run shows steps, epochs and time, and leaves nothing behind")
  func dryRun() throws {
    let folder = try Self.makeFolder()
    let text = try train(folder, "out", "--dry-run")
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("200 steps of 4 × 32 tokens, 25,600 in all; 1-sqrt from 0.01"))
    #expect(text.output.contains("letters: 70.0%, "))
    #expect(!folder.has("out"))
    let stages = try train(folder, "out", "--dry-run", "--json").object()["stages"]
    #expect((stages as? [[String: Any]])?.first?["steps"] as? Int == 200)
  }

  @Test("a stage goes on from an earlier one's checkpoint and optimiser; each is done once")
  func twoStages() throws {
    let folder = try Self.makeFolder()
    _ = try folder.file(
      "two.yaml",
      Self.recipe.replacing("tokens: 25_600", with: "tokens: 2560") + """

              general: letters
              general_limit: {rise: 9, action: stop}
            - name: second
              from: main
              mixture: {numbers: 1}
              tokens: 2560
              batch: 4
              learning_rate: 0.01
              optimizer: keep
              schedule: {kind: linear-to-zero, warmup: 0}
              general: letters
              evaluate_every: 4
              general_limit: {rise: 0.0001, action: stop}
        """)
    let first = try train(folder, "out", "--json", "--quiet", recipe: "two.yaml")
    try #require(first.status == 0, "\(first.errors)")
    let stages = try first.list()
    #expect(stages.count == 2 && stages[0]["stopped"] == nil)
    // Numbers alone cost letters: the limit ends the second stage at a measure.
    let stopped = try #require(stages[1]["stopped"] as? String)
    #expect(stopped.hasPrefix("'letters' rose by "))
    let steps = try #require(stages[1]["steps"] as? Int)
    #expect(steps < 20 && steps % 4 == 0)
    let record =
      try JSONSerialization.jsonObject(
        with: Data(try folder.read("out/records/training-second.json"))) as? [String: Any]
    #expect(record?["stopped"] as? String == stopped)
    #expect((record?["measures"] as? [[String: Any]])?.count == 1 + steps / 4)
    let again = try train(folder, "out", "--json", "--resume", recipe: "two.yaml")
    #expect(again.status == 0 && again.output == first.output, "\(again.errors)")
    let status = try Program.run(["status", "out", "--json"], in: folder.path).object()
    #expect(status["state"] as? String == "complete")
    let names = (status["stages"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    #expect(names == ["train-main", "train-second"])
  }
}

/// The same numbers for the same seed.
private struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
