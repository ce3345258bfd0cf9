import Synchronization

/// Turns the positions of a download into steps of a progress line.
final class ShownBytes: Sendable {
  private let last = Mutex(0)

  func advance(to position: Int) -> Int {
    last.withLock { last in
      defer { last = position }
      return max(0, position - last)
    }
  }
}
