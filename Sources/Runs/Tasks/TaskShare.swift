import Streams

/// The tasks of a stage that one process does, where an outside scheduler spreads them over several
/// processes: those whose place leaves `index` when it is divided by `count`. What is written does
/// not depend on it.
public struct TaskShare: Sendable, Equatable {
  public let index: Int
  public let count: Int

  /// One process for everything.
  public static let whole = TaskShare(index: 0, count: 1)

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// - Throws: an input fault unless there are tasks and the index, from 0, is one of them.
  public init(validatingIndex index: Int, count: Int) throws {
    guard count >= 1, (0..<count).contains(index) else {
      throw Fault(
        .input, "there is no such share of the work", found: "task \(index) of \(count)",
        expected: "--task from 0 to one less than --tasks")
    }
    self.init(index: index, count: count)
  }

  public var isWhole: Bool { count == 1 }

  /// Whether the task at `position` of a stage's plan belongs to this share.
  public func contains(_ position: Int) -> Bool { position % count == index }
}
