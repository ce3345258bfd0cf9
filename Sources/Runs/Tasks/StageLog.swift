import Synchronization

/// How far the stages of a run have come, as the last call of each left them.
public final class StageLog: Sendable {
  public struct Entry: Sendable, Equatable {
    /// How many tasks the stage has.
    public var tasks: Int
    /// The places in the plan of those that no process has done yet.
    public var missing: [Int]
  }

  private let entries = Mutex<[String: Entry]>([:])

  public init() {}

  /// Nil for a stage that was not run.
  public subscript(stage: String) -> Entry? { entries.withLock { $0[stage] } }

  func note(_ stage: String, _ entry: Entry) { entries.withLock { $0[stage] = entry } }
}
