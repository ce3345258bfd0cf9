import Glibc

/// How the learning rate moves over a stage, as a factor on its peak.
///
/// Steps count from 0 to `steps - 1`. During a warm-up of W steps the factor is (t + 1) / W, so that
/// the first step already learns; afterwards t steps are behind, and decays begin at 1.
public enum LearningRateSchedule: Sendable, Equatable, Codable {
  /// How a decay falls from 1 to its floor f over u in [0, 1].
  public enum DecayShape: String, Sendable, Codable, CaseIterable {
    /// 1 - u (1 - f)
    case linear
    /// f + (1 - f) (1 - sqrt u): Hägele et al. 2024, arXiv:2405.18392.
    case oneMinusSqrt = "1-sqrt"
  }

  case constant(warmup: Int)
  /// f + (1 - f) (1 + cos(pi u)) / 2 from the warm-up's end to the stage's: Loshchilov & Hutter 2017.
  case cosine(warmup: Int, floor: Double)
  /// Constant until `decay` steps before the end: Hu et al. 2024, arXiv:2404.06395.
  case warmupStableDecay(warmup: Int, decay: Int, shape: DecayShape, floor: Double)
  /// From the warm-up's end straight to 0: the mid-training rule of OLMo 2, arXiv:2501.00656.
  case linearToZero(warmup: Int)

  /// The factor on the peak learning rate at step `step` of `steps`.
  public func factor(atStep step: Int, of steps: Int) -> Double {
    let warmup = min(warmup, steps)
    if step < warmup { return Double(step + 1) / Double(warmup) }
    let progress = Double(step - warmup) / Double(max(steps - warmup, 1))
    switch self {
    case .constant: return 1
    case .cosine(_, let floor): return floor + (1 - floor) * (1 + Glibc.cos(.pi * progress)) / 2
    case .linearToZero: return 1 - progress
    case .warmupStableDecay(_, let decay, let shape, let floor):
      let length = min(decay, steps - warmup)
      let into = step - (steps - length)
      guard into > 0, length > 0 else { return 1 }
      let u = Double(into) / Double(length)
      switch shape {
      case .linear: return 1 - u * (1 - floor)
      case .oneMinusSqrt: return floor + (1 - floor) * (1 - u.squareRoot())
      }
    }
  }

  public var warmup: Int {
    switch self {
    case .constant(let warmup), .linearToZero(let warmup), .cosine(let warmup, _),
      .warmupStableDecay(let warmup, _, _, _):
      max(warmup, 0)
    }
  }
}
