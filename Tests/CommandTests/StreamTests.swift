import Foundation
import Runs
import Streams
import TestFolders
import Testing

/// The real stream on a small corpus that the test makes.
@Suite(.serialized) struct StreamTests {
  /// Digests of everything whose bytes must not depend on threads or interruptions.
  func digests(of run: String) throws -> [String: String] {
    var digests: [String: String] = [:]
    let folders = [
      "documents", "columns", "decisions", "streams", "kept", "removed", "shards", "tokenizer",
      "evaluation",
    ]
    for folder in folders {
      for file in try Folder.files(under: run + "/" + folder) {
        digests["\(folder)/\(file)"] = try ContentDigest(file: "\(run)/\(folder)/\(file)").hex
      }
    }
    for file in [
      "clusters.columns", "records/evaluation.json", "records/curation.json",
      "training/base/checkpoint/model.safetensors",
      "training/continued/checkpoint/model.safetensors",
    ] {
      digests[file] = try ContentDigest(file: run + "/" + file).hex
    }
    return digests
  }

  @Test("one command goes from raw files to a report; 1 and 2 threads give the same bytes")
  func wholeStream() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let outputs = try [1, 2].map { threads in
      let output = "\(scratch.path)/run-\(threads)"
      let result = try Program.run([
        "run", corpus.recipe, "--output", output, "--threads", "\(threads)",
      ])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("bits per byte"))
      #expect(Folder.isFile(output + "/report.html"))
      return output
    }
    #expect(try digests(of: outputs[0]) == digests(of: outputs[1]))

    let again = try Program.run(["run", corpus.recipe, "--output", outputs[0]])
    #expect(again.status == 0)
    #expect(again.errors.contains("train-continued: complete from before"), "\(again.errors)")
  }

  @Test("killed once in each stage and started again, the bytes are those of an undisturbed run")
  func killedInEachStage() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let undisturbed = scratch.path + "/undisturbed"
    #expect(try Program.run(["run", corpus.recipe, "--output", undisturbed]).status == 0)

    let disturbed = scratch.path + "/disturbed"
    for stage in ["fetch", "extract", "decide", "tokenize", "train-base", "evaluate"] {
      let (process, output, errors) = try Program.start([
        "run", corpus.recipe, "--output", disturbed,
      ])
      let (reached, text) = try Self.waitForLine(ofStage: stage, in: errors)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(reached, "\(stage) did not begin: \(text)")
      try output.close()
    }
    let result = try Program.run(["run", corpus.recipe, "--output", disturbed])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try digests(of: undisturbed) == digests(of: disturbed))
  }

  private static func waitForLine(ofStage stage: String, in handle: FileHandle) throws -> (
    Bool, String
  ) {
    var text = ""
    while case let data = handle.availableData, !data.isEmpty {
      text += String(decoding: data, as: UTF8.self)
      if text.split(separator: "\n").contains(where: { $0 == stage || $0.hasPrefix(stage + ":") }) {
        return (true, text)
      }
    }
    return (false, text)
  }

  private static let arms =
    "training.arms={from: base, seeds: 2, tokens: 6_000, batch: 8, learning_rate: 0.005, "
    + "optimizer: keep, replay: 0.4, mixture: {math: 2, code: 3, reasoning: 1}, "
    + "evaluate_every: 2}"

  /// The bits of every run of the arms.
  private func scores(of run: String) throws -> [String: String] {
    let record = try RecordFile.read(
      StudyRecord.self, from: run + "/" + StudyRecord.path(name: "arms"))
    #expect(record.branches.map(\.name) == ["natural", "weighted", "curated", "general"])
    #expect(record.members.count == 8 && record.members.allSatisfy { $0.status == .completed })
    let general = record.contrasts.filter { $0.name.hasPrefix("forgetting") }
    #expect(general.map(\.against) == ["base", "general"])
    return try Dictionary(
      uniqueKeysWithValues: Set(record.members.map(\.key)).map {
        ($0, try ContentDigest(file: "\(run)/study/arms/\($0)/scores.columns").hex)
      })
  }

  @Test(
    "arms of 1 and 2 threads, and arms that were killed, have the same bits; the report has them")
  func arms() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    func arguments(_ output: String, _ more: String...) -> [String] {
      ["run", corpus.recipe, "--set", Self.arms, "--output", scratch.path + "/" + output] + more
    }
    let one = try Program.run(arguments("one", "--threads", "1"))
    #expect(one.status == 0, "\(one.errors)")
    #expect(one.output.hasPrefix("Filter gain: "), "\(one.output)")
    let (process, output, errors) = try Program.start(arguments("two", "--threads", "2"))
    let (reached, text) = try Self.waitForLine(ofStage: "study-arms", in: errors)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try output.close()
    #expect(reached, "the arms did not begin: \(text)")
    let two = try Program.run(arguments("two", "--threads", "2"))
    #expect(two.status == 0, "\(two.errors)")
    #expect(try scores(of: scratch.path + "/one") == scores(of: scratch.path + "/two"))
    let html = String(
      decoding: try InputFile.bytes(scratch.path + "/two/report.html"), as: UTF8.self)
    #expect(html.contains("Filter gain") && html.contains("Learning curves"))
    // Without arms in the recipe their record goes, so that no report shows another recipe's.
    let without = try Program.run(["run", corpus.recipe, "--output", scratch.path + "/two"])
    #expect(without.status == 0, "\(without.errors)")
    #expect(!Folder.exists(scratch.path + "/two/" + StudyRecord.path(name: "arms")))
  }

  @Test(
    "wrong arms exit with 2 before anything is done",
    arguments: [
      ("from: base, ", "", "the arms need a checkpoint"), ("from: base", "from: bass", "'bass'"),
      ("seeds: 2", "seeds: 2, target: {mth: 1}", "unknown domain 'mth'"),
      ("math: 2", "general: 2", "the mixture names 'general'"),
      ("seeds: 2", "seeds: 2, stream: curated", "choose their streams themselves"),
    ])
  func wrongArms(right: String, wrong: String, message: String) throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let result = try Program.run([
      "run", corpus.recipe, "--output", scratch.path + "/run", "--set",
      Self.arms.replacing(right, with: wrong),
    ])
    #expect(result.status == 2 && result.errors.contains(message), "\(result.errors)")
    #expect(!Folder.exists(scratch.path + "/run"))
  }

  @Test("what could not be read is counted, named and in the report; nothing else is lost")
  func problems() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let output = scratch.path + "/run"
    #expect(
      try Program.run(["run", corpus.recipe, "--output", output, "--quiet"]).status == 0)
    let record = try RecordFile.read(
      CurationRecord.self, from: output + "/" + CurationRecord.path)
    let places = record.problems.flatMap(\.places).joined(separator: "\n")
    for file in ["code/binary.py", "general/empty.html", "general/truncated.html.gz"] {
      #expect(places.contains(file), "\(places)")
    }
    #expect(record.funnel[0].documents == 24 * 4 + 8)
    #expect(record.funnel[1].documents == 24 * 4 + 5)
    #expect(record.duplicates.exactRemoved >= 1)
    #expect(record.duplicates.nearRemoved >= 1)
    #expect(record.rules.contains { $0.rule == "gopher_short_doc" && $0.documents >= 1 })
    let html = String(decoding: try InputFile.bytes(output + "/report.html"), as: UTF8.self)
    #expect(html.contains("general/truncated.html.gz"))
    #expect(!html.contains(" src=") && !html.contains("<script src"))
  }

  @Test("a folder of one's own text takes the manifest's place; outputs of the other corpus go")
  func ownText() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let output = scratch.path + "/run"
    let withoutTraining = [
      "run", corpus.recipe, "--output", output, "--quiet", "--set", "training=",
    ]
    #expect(try Program.run(withoutTraining).status == 0)
    #expect(try Folder.names(in: output + "/kept").count == 5)
    let own = try Program.run(
      withoutTraining + ["--set", "corpus={path: \(corpus.folder)/general}"])
    #expect(own.status == 0, "\(own.errors)")
    for folder in ["kept", "removed", "held-out", "documents", "columns", "records/extract"] {
      #expect(try Folder.names(in: output + "/" + folder).count == 1, "\(folder)")
    }
    let kept = try InputFile.decompressedBytes(output + "/kept/00000.jsonl.zst")
    #expect(String(decoding: kept, as: UTF8.self).contains("\"id\":\"own/page-1.html\""))
    let shards = try Folder.files(under: output + "/shards").filter { $0.hasSuffix(".zst") }
    #expect(shards.allSatisfy { $0.hasSuffix("00000-00000.tokens.zst") })
    let logs = try Program.run(["logs", output])
    #expect(logs.output.contains("end tokenize") && logs.output.contains("info begin fetch"))
  }

  @Test("a domain without text stops the run before any stage trains")
  func emptyDomain() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let output = scratch.path + "/run"
    let result = try Program.run([
      "run", corpus.recipe, "--output", output, "--set",
      "corpus={path: \(corpus.folder)/general}",
    ])
    #expect(result.status == 2)
    #expect(result.errors.contains("has a weight but no window"))
    #expect(!Folder.exists(output + "/training"))
  }

  @Test("training goes on from a checkpoint that another run made, with its tokenizer")
  func continuesGivenCheckpoint() throws {
    let scratch = try TemporaryFolder()
    let corpus = try SmallCorpus(scratch)
    let first = scratch.path + "/first"
    #expect(try Program.run(["run", corpus.recipe, "--output", first, "--quiet"]).status == 0)
    let checkpoint = first + "/training/base/checkpoint"
    let second = scratch.path + "/second"
    let result = try Program.run([
      "run", corpus.recipe, "--output", second, "--quiet", "--set",
      "tokenizer={file: \(checkpoint)/tokenizer.json}", "--set",
      "training.stages.0.from=\(checkpoint)", "--set", "training.stages.0.learning_rate=0",
      "--set", "training.stages.0.weight_decay=0",
    ])
    #expect(result.status == 0, "\(result.errors)")
    // Nothing was learned, so the weights are those that were given.
    let weights = "/training/base/checkpoint/model.safetensors"
    #expect(try InputFile.bytes(second + weights) == InputFile.bytes(first + weights))
  }
}
