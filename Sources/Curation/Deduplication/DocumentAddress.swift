/// Where a document is: its task and its place in the task. Ordered as the corpus is read.
public struct DocumentAddress: Sendable, Hashable, Comparable, CustomStringConvertible {
  public var task: Int32
  public var ordinal: Int32

  public init(task: Int32, ordinal: Int32) {
    self.task = task
    self.ordinal = ordinal
  }

  public static func < (a: Self, b: Self) -> Bool { (a.task, a.ordinal) < (b.task, b.ordinal) }

  public var description: String { "\(task):\(ordinal)" }
}
