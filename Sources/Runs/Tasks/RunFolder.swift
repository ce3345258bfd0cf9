import Foundation
import Streams

/// A run's folder and its books: which tasks of which stages are complete, with what.
///
///     runs/quickstart/
///       run.json                   what ran, when, from which recipe
///       records/STAGE/TASK.json    a completion record for each finished task
///       records/*.json             what the report shows
///       documents/ columns/ …      what the stages made
public struct RunFolder: Sendable {
  public let path: String
  /// Digest of the running program: other code, other records.
  public let program: String

  /// - Parameter creates: makes the folder where there is none.
  public init(_ path: String, creates: Bool = true) throws {
    self.path = path
    if creates { try Folder.create(path) }
    program = Self.programDigest
  }

  private static let programDigest: String =
    (try? ContentDigest(file: "/proc/self/exe").hex) ?? "unknown"

  /// The absolute or relative path of a file of this run.
  public func file(_ relative: String) -> String { path + "/" + relative }

  func recordPath(_ stage: String, _ task: String) -> String {
    file("records/\(stage)/\(task).json")
  }

  /// The record of a finished task, or nil.
  public func record(stage: String, task: String) -> CompletionRecord? {
    let path = recordPath(stage, task)
    guard Folder.isFile(path) else { return nil }
    return try? RecordFile.read(CompletionRecord.self, from: path)
  }

  /// Whether a task is complete from before: its record and its outputs are those that are wanted.
  public func isComplete(stage: String, task: String, configuration: String, inputs: String) -> Bool
  {
    guard let record = record(stage: stage, task: task) else { return false }
    return record.difference(
      program: program, configuration: configuration, inputs: inputs, folder: path) == nil
  }

  /// All records of a stage, by task name.
  public func records(stage: String) throws -> [CompletionRecord] {
    let folder = file("records/\(stage)")
    guard Folder.isFolder(folder) else { return [] }
    return try Folder.names(in: folder).filter { $0.hasSuffix(".json") }.map {
      try RecordFile.read(CompletionRecord.self, from: folder + "/" + $0)
    }
  }

  /// One digest for everything that a stage wrote: the input of the stages that follow.
  public static func digest(_ records: [CompletionRecord]) -> String {
    digest(of: records.flatMap { $0.outputs.map { "\($0.path) \($0.digest)" } })
  }

  /// One digest for a list of texts.
  public static func digest(of parts: [String]) -> String {
    ContentDigest(parts.map { "\($0.utf8.count):\($0)" }.joined()).hex
  }
}
