import Runs
import Training

extension TrainingSettings.Schedule {
  /// Every shape that a learning rate can take.
  enum Kind: String, CaseIterable {
    case constant, cosine
    /// Warm-up, stable, linear decay.
    case wsd
    /// The same with the decay 1 - sqrt(u).
    case oneMinusSqrt = "1-sqrt"
    case linearToZero = "linear-to-zero"
  }

  init(_ mapping: RecipeMapping) {
    kind = mapping.choice("kind", of: Kind.allCases.map(\.rawValue)) ?? kind
    warmup = mapping.number("warmup", in: 0...1) ?? warmup
    decay = mapping.number("decay", in: 0...1) ?? decay
    final = mapping.number("final", in: 0...1) ?? final
    let shape = Kind(rawValue: kind) ?? .cosine
    if mapping.keys.contains("decay"), shape != .wsd, shape != .oneMinusSqrt {
      mapping.fault("decay", "the schedule '\(kind)' has no decay of its own", hint: "leave it out")
    }
    if mapping.keys.contains("final"), shape == .constant || shape == .linearToZero {
      mapping.fault(
        "final", "the schedule '\(kind)' cannot end elsewhere", hint: "leave it out")
    }
  }

  /// The schedule of a stage of so many steps.
  func schedule(steps: Int) -> LearningRateSchedule {
    let warmup = Int((Double(steps) * self.warmup).rounded())
    let decay = Int((Double(steps) * self.decay).rounded())
    return switch Kind(rawValue: kind) ?? .cosine {
    case .constant: .constant(warmup: warmup)
    case .cosine: .cosine(warmup: warmup, floor: final)
    case .wsd: .warmupStableDecay(warmup: warmup, decay: decay, shape: .linear, floor: final)
    case .oneMinusSqrt:
      .warmupStableDecay(warmup: warmup, decay: decay, shape: .oneMinusSqrt, floor: final)
    case .linearToZero: .linearToZero(warmup: warmup)
    }
  }
}

extension CheckpointPolicy {
  /// `checkpoints: {every: 500, keep_last: 2, keep_every: 2000}`.
  init(_ mapping: RecipeMapping?) {
    // Two, so that a damaged one has one before it.
    self.init(keepLast: 2)
    guard let mapping else { return }
    let most = 1_000_000_000
    every = mapping.integer("every", in: 1...most)
    keepLast = mapping.integer("keep_last", in: 1...most) ?? keepLast
    keepEvery = mapping.integer("keep_every", in: 1...most)
    if every == nil, !mapping.keys.contains("every") {
      mapping.missing("every", hint: "steps between checkpoints, for example `every: 500`")
    }
    if let every, let keepEvery, keepEvery % every != 0 {
      mapping.fault(
        "keep_every", "no checkpoint is written at most multiples of \(keepEvery)",
        expected: "a multiple of 'every', \(every)")
    }
  }
}

extension GeneralLimit {
  /// `general_limit: {rise: 0.05, action: stop}`.
  init(_ mapping: RecipeMapping, domain: String) {
    let action = mapping.choice("action", of: Action.allCases.map(\.rawValue))
    self.init(
      domain: domain, rise: mapping.number("rise", in: 0...100) ?? 0.05,
      action: action.flatMap { Action(rawValue: $0) } ?? .mark)
  }
}
