import Foundation
import Runs
import Streams
import TestFolders
import Testing

/// `midstream ablate` on shards of a few texts: whole, killed, extended, and with wrong input.
@Suite(.serialized) struct AblateCommandTests {
  private static let recipe = """
    name: small
    seed: 3
    data:
      domains: {letters: shards/letters, numbers: shards/numbers}
      evaluation: {letters: held/letters}
      tokenizer: tokenizer
    evaluation: {mb_per_domain: 0.002, monitor_mb_per_domain: 0.002}
    study:
      from: initial
      model: {width: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate: 48, context: 32}
      tokens: 12_800
      batch: 4
      learning_rate: 0.01
      evaluate_every: 50
      general: letters
      seeds: 2
      mixtures:
        - {name: letters, mixture: {letters: 1}}
        - {name: numbers, mixture: {numbers: 1}}

    """

  private static func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.file("letters.jsonl", SmallTexts.lines((0..<120).map { SmallTexts.text($0) }))
    let numbers = (0..<80).map { text in
      (0..<60).map { "\((text * 7919 + $0 * $0 * 31) % 1000)" }.joined(separator: " ")
    }
    _ = try folder.file("numbers.jsonl", SmallTexts.lines(numbers))
    _ = try folder.file(
      "held.jsonl", SmallTexts.lines((200..<220).map { SmallTexts.text($0, sentences: 3) }))
    for (input, output) in [("letters", "tokenizer"), ("numbers", "other-tokenizer")] {
      try run(
        folder, "tokenizer", "train", "--input", input + ".jsonl", "--vocabulary", "300",
        "--output", output)
    }
    for (input, tokenizer, output) in [
      ("letters", "tokenizer", "shards/letters"), ("numbers", "tokenizer", "shards/numbers"),
      ("held", "tokenizer", "held/letters"), ("numbers", "other-tokenizer", "shards/foreign"),
    ] {
      try run(
        folder, "tokenize", "--input", input + ".jsonl", "--tokenizer", tokenizer, "--output",
        output)
    }
    _ = try folder.file("small.yaml", recipe)
    return folder
  }

  private static func run(_ folder: TemporaryFolder, _ arguments: String...) throws {
    let result = try Program.run(arguments, in: folder.path)
    try #require(result.status == 0, "\(result.errors)")
  }

  private func study(_ folder: TemporaryFolder, _ output: String) throws -> StudyRecord {
    try RecordFile.read(
      StudyRecord.self, from: "\(folder.path)/\(output)/" + StudyRecord.path(name: "small"))
  }

  private func scores(_ folder: TemporaryFolder, _ output: String) throws -> [String: String] {
    let record = try study(folder, output)
    return try Dictionary(
      uniqueKeysWithValues: record.members.map { member in
        let path = "\(folder.path)/\(output)/study/small/\(member.key)/scores.columns"
        return (member.key, try ContentDigest(file: path).hex)
      })
  }

  @Test("a study is costed, trained, shown; killed and extended, it repeats no finished run")
  func wholeStudy() throws {
    let folder = try Self.makeFolder()
    let cost = try Program.run(["ablate", "small.yaml", "--dry-run", "--json"], in: folder.path)
    #expect(cost.status == 0, "\(cost.errors)")
    let costed = try cost.object()
    #expect(costed["runs"] as? Int == 4 && costed["tokens"] as? Int == 4 * 12_800)
    #expect(!Folder.exists(folder.path + "/runs"), "a dry run leaves nothing behind")
    let early = try Program.run(["ablate", "small.yaml", "--show"], in: folder.path)
    #expect(early.status == 2 && early.errors.contains("there is no study 'small'"))

    let whole = try Program.run(["ablate", "small.yaml", "--output", "whole"], in: folder.path)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.contains("4 runs: 4 completed"), "\(whole.output)")
    #expect(Folder.isFile(folder.path + "/whole/report.html"))

    let (process, output, errors) = try Program.start(
      ["ablate", "small.yaml", "--output", "parts"], in: folder.path)
    while true {
      let text = String(decoding: errors.availableData, as: UTF8.self)
      if text.isEmpty || text.contains("study-small:") { break }
    }
    Thread.sleep(forTimeInterval: 0.3)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try output.close()
    let parts = try Program.run(["ablate", "small.yaml", "--output", "parts"], in: folder.path)
    #expect(parts.status == 0, "\(parts.errors)")
    #expect(try scores(folder, "whole") == scores(folder, "parts"))

    let more = try Program.run(
      ["ablate", "small.yaml", "--output", "whole", "--set", "study.seeds=3"], in: folder.path)
    #expect(more.status == 0, "\(more.errors)")
    #expect(more.errors.contains("4 of 6 tasks complete from before"), "\(more.errors)")
    let shown = try Program.run(
      ["ablate", "small.yaml", "--output", "whole", "--show", "--json"], in: folder.path)
    #expect(try study(folder, "whole").members.count == 6)
    #expect((try shown.object()["seeds"] as? [Int]) == [3, 4, 5])
  }

  @Test(
    "a wrong study exits with 2 and says file, line and what is expected",
    arguments: [
      ("seeds: 2", "seeds: 0", ["small.yaml:16", "study.seeds"]),
      ("seeds: 2", "seedz: 2", ["unknown key 'seedz'", "rename it to 'seeds'"]),
      ("from: initial", "from: base", ["small.yaml:9", "'base'"]),
      ("model: {width", "modle: {width", ["unknown key 'modle'"]),
      ("{letters: 1}", "{leters: 1}", ["unknown domain 'leters'", "did you mean 'letters'?"]),
      ("{letters: 1}", "{letters: 0}", ["no positive weight"]),
      ("{name: numbers,", "{name: letters,", ["two mixtures are named 'letters'"]),
      ("seeds: 2", "target: {numbers: 1}", ["the target names the domain 'numbers'"]),
      ("numbers: shards/numbers", "numbers: shards/foreign", ["made with another tokenizer"]),
      ("numbers: shards/numbers", "numbers: shards/none", ["shards/none"]),
      ("data:", "corpus:", ["midstream run"]),
    ])
  func wrong(right: String, wrong: String, messages: [String]) throws {
    let folder = try Self.shared.get()
    let name = "\(UInt32.random(in: 0 ... .max)).yaml"
    let text = Self.recipe.replacing(right, with: wrong)
    #expect(text != Self.recipe)
    _ = try folder.file(name, text)
    let result = try Program.run(
      ["ablate", name, "--output", "runs/wrong-" + name], in: folder.path)
    #expect(result.status == 2, "\(result.errors)")
    for message in messages {
      let expected = message.replacing("small.yaml", with: name)
      #expect(result.errors.contains(expected), "\(result.errors)")
    }
  }

  private static let shared = Result { try makeFolder() }

  @Test("a command line that says too little or too much exits with 2")
  func commandLine() throws {
    let folder = try Self.shared.get()
    for arguments in [
      ["ablate"], ["ablate", "small.yaml", "--show", "--dry-run"],
      ["ablate", "small.yaml", "--import", "none.csv"], ["ablate", "none.yaml"],
    ] {
      #expect(try Program.run(arguments, in: folder.path).status == 2, "\(arguments)")
    }
  }
}
