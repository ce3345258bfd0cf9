/// When a stage saves itself, and which of its checkpoints stay. The newest always stays; what is
/// kept has no influence on what is trained.
public struct CheckpointPolicy: Sendable, Equatable, Codable {
  /// Steps between checkpoints; nil: only at the stage's end and when it is interrupted.
  public var every: Int?
  /// How many of the newest within the stage stay.
  public var keepLast: Int
  /// Checkpoints at multiples of so many steps stay for good.
  public var keepEvery: Int?

  public init(every: Int? = nil, keepLast: Int = 1, keepEvery: Int? = nil) {
    self.every = every
    self.keepLast = keepLast
    self.keepEvery = keepEvery
  }

  /// Of the steps that have a checkpoint, those whose checkpoint goes.
  func outdated(_ steps: [Int]) -> [Int] {
    let newest = Set(steps.sorted().suffix(max(keepLast, 1)))
    return steps.filter { step in
      !newest.contains(step) && !(keepEvery.map { step % $0 == 0 } ?? false)
    }
  }
}
