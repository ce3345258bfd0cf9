import Foundation
import LanguageModel
import Streams

/// `trainer.json` of a checkpoint folder: how far a stage is, and which stage that is.
struct TrainerState: Codable, Equatable {
  static let fileName = "trainer.json"
  static let currentVersion = 1

  var version = Self.currentVersion
  var stage: TrainingStage
  /// Digest of the parameters that the stage began with.
  var initialParameters: String
  /// Steps done.
  var step: Int

  /// The state in a checkpoint folder, or nil where there is none.
  static func read(_ folder: String) throws -> TrainerState? {
    let path = folder + "/" + fileName
    guard Folder.isFile(path) else { return nil }
    do {
      return try JSONDecoder().decode(TrainerState.self, from: Data(try InputFile.bytes(path)))
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Fault(.input, "the state of the training stage cannot be read", at: path)
    }
  }

  func checkpointFile() throws -> Checkpoint.File {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Checkpoint.File(Self.fileName, .bytes(Array(try encoder.encode(self))))
  }

  /// Throws a `Fault` that names what differs where this state is not one of `stage`.
  func requireSame(_ stage: TrainingStage, initialParameters: String, at folder: String) throws {
    func differs(_ what: String, _ found: String, _ expected: String) -> Fault {
      Fault(
        .input, "the checkpoint in '\(folder)' is of another training stage: \(what) differs",
        at: folder + "/" + Self.fileName, found: found, expected: expected,
        hint: "choose another output folder, or remove this one to begin again")
    }
    if version != Self.currentVersion {
      throw differs("the format's version", "\(version)", "\(Self.currentVersion)")
    }
    for (old, new) in zip(
      Mirror(reflecting: self.stage).children, Mirror(reflecting: stage).children)
    where "\(old.value)" != "\(new.value)" {
      throw differs("'\(old.label ?? "")'", "\(old.value)", "\(new.value)")
    }
    if self.initialParameters != initialParameters {
      throw differs("the model that it began with", self.initialParameters, initialParameters)
    }
  }
}
