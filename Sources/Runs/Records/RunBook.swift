import Foundation
import Streams

/// Keeps `run.json` while a run goes on: what ran, how long each stage took.
public final class RunBook {
  public private(set) var record: RunRecord
  private let path: String

  /// Opens the book of `run`; a stage that is complete from before keeps its time.
  public init(_ run: RunFolder, _ record: RunRecord) throws {
    path = run.file(RunRecord.path)
    self.record = record
    if let before = try? RecordFile.read(RunRecord.self, from: path) {
      self.record.stages = before.stages
      if before.recipeDigest == record.recipeDigest { self.record.started = before.started }
    }
    try write()
  }

  /// Runs a stage and notes its time, unless all of it was complete from before.
  public func stage<R>(_ name: String, unit: String, _ body: () throws -> (R, work: Int)) throws
    -> R
  {
    let start = ContinuousClock.now
    let (result, work) = try body()
    let seconds = start.duration(to: .now).seconds
    if let index = record.stages.firstIndex(where: { $0.name == name }) {
      // Nothing but checks of what was there: the earlier time says more.
      let isRepetition = record.stages[index].work == work && seconds < record.stages[index].seconds
      if !isRepetition {
        record.stages[index] = StageRecord(name: name, seconds: seconds, work: work, unit: unit)
      }
    } else {
      record.stages.append(StageRecord(name: name, seconds: seconds, work: work, unit: unit))
    }
    try write()
    return result
  }

  public func finish() throws {
    record.finished = Date().timeIntervalSince1970
    try write()
  }

  private func write() throws { try RecordFile.write(record, to: path) }
}
