import Streams

/// A loss or a gradient that is not finite: the stage cannot go on. Its last checkpoint stays.
public struct Divergence: Error {
  /// The step that failed, from 1.
  public var step: Int
  /// What to tell the user.
  public var fault: Fault
}
