import Foundation
import LanguageModel
import Mixtures
import Streams

/// `trainer.json` of a checkpoint folder: how far a stage is, and which stage on which data that is.
///
/// Random numbers need no state of their own: they are drawn by counter from the seed, the purpose
/// and the sample's index, and the source's fingerprint stands for all of these.
struct TrainerState: Codable, Equatable {
  static let fileName = "trainer.json"
  static let currentVersion = 2

  var version = Self.currentVersion
  var stage: TrainingStage
  /// Digest of the parameters that the stage began with, and of the moments where it kept some.
  var initialParameters: String
  /// Digests of the parameters and of the optimiser's moments in this checkpoint.
  var parameters: String
  var moments: String
  /// Steps done: the place in the schedule, and the lines of `metrics.jsonl` that belong to them.
  var step: Int
  /// Lines of `evaluations.jsonl` that belong to them, and the first of these, which the limit counts
  /// from.
  var evaluations: Int
  var start: EvaluationPoint?
  /// `InLoopEvaluation.fingerprint`; empty where the stage is not measured.
  var evaluation: String
  /// `SampleSource.fingerprint` and `.tokenizer`.
  var source: String
  var tokenizer: String
  /// The sampler before the next sample.
  var sampler: MixtureSampler.State?
  /// Why the stage ended before its last step; nil where it did not.
  var stopped: String?

  /// The state in a checkpoint folder.
  static func read(_ folder: String) throws -> TrainerState {
    let path = folder + "/" + fileName
    guard Folder.isFile(path) else {
      throw Fault(
        .input, "the checkpoint does not say how far its training stage is", at: folder,
        expected: path)
    }
    let bytes = Data(try InputFile.bytes(path))
    struct Version: Decodable { var version: Int }
    if let found = try? JSONDecoder().decode(Version.self, from: bytes),
      found.version != currentVersion
    {
      throw Fault(
        .input, "the checkpoint's training state is of another version of midstream", at: path,
        found: "version \(found.version)", expected: "version \(currentVersion)",
        hint: "finish the stage with the version that began it, or begin it again")
    }
    do {
      return try JSONDecoder().decode(TrainerState.self, from: bytes)
    } catch {
      throw Fault(.input, "the state of the training stage cannot be read", at: path)
    }
  }

  func checkpointFile() throws -> Checkpoint.File {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Checkpoint.File(Self.fileName, .bytes(Array(try encoder.encode(self))))
  }

  /// Throws a `Fault` that names what differs where this state is not one of `stage` on `source`.
  func requireSame(
    _ stage: TrainingStage, initialParameters: String, source: SampleSource, evaluation: String,
    at folder: String
  ) throws {
    func differs(_ what: String, _ found: String, _ expected: String) -> Fault {
      Fault(
        .input, "the checkpoint in '\(folder)' is of another training stage: \(what) differs",
        at: folder + "/" + Self.fileName, found: found, expected: expected,
        hint: "choose another output folder, or remove this one to begin again")
    }
    for (old, new) in zip(
      Mirror(reflecting: self.stage).children, Mirror(reflecting: stage).children)
    where "\(old.value)" != "\(new.value)" && old.label != "checkpoints" {
      throw differs("'\(old.label ?? "")'", "\(old.value)", "\(new.value)")
    }
    if self.initialParameters != initialParameters {
      throw differs("the model that it began with", self.initialParameters, initialParameters)
    }
    if tokenizer != source.tokenizer {
      throw differs("the tokenizer of the shards", tokenizer, source.tokenizer)
    }
    if self.source != source.fingerprint {
      throw differs("the data (shards, mixture or seed)", self.source, source.fingerprint)
    }
    if self.evaluation != evaluation {
      throw differs(
        "what it is measured on, or its general limit,", Self.shown(self.evaluation),
        Self.shown(evaluation))
    }
    guard step >= 0, step <= stage.steps else {
      throw Fault(
        .input, "the stage's progress is out of range", at: folder + "/" + Self.fileName,
        found: "step \(step)", expected: "0 to \(stage.steps)")
    }
    let replayed = source.state(stage.firstSample + step * stage.batchSequences)
    if sampler != replayed {
      throw differs(
        "the sampler's state", sampler.map { "\($0.counts)" } ?? "none",
        replayed.map { "\($0.counts)" } ?? "none")
    }
  }

  private static func shown(_ fingerprint: String) -> String {
    fingerprint.isEmpty ? "nothing" : fingerprint
  }
}
