import Foundation
import Runs

/// Ranks a study's mixtures by the target, or says that nothing can be ranked.
///
/// The branch with the lowest mean is compared with each other one. It was picked among all of
/// them, so each comparison is held to a level at which the chance of any wrong resolution among
/// all pairs is 5% (Bonferroni).
public struct MixtureVerdict: Sendable {
  public let verdict: StudyVerdict
  /// The leader against each other branch, in the target.
  public let contrasts: [StudyContrast]

  /// - Parameter leftOut: runs that take no part, with their reason.
  public init(_ figures: StudyFigures, leftOut: [String]) {
    let ranked = figures.branches.indices
      .compactMap { branch in figures.spread(of: branch, .target).map { (branch, $0.mean) } }
      .filter { $0.1.isFinite }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    let pairs = max(ranked.count * (ranked.count - 1) / 2, 1)
    let level = 1 - 0.05 / Double(pairs)
    guard let leader = ranked.first?.0 else {
      self.init(
        sentence: "Nothing can be ranked: no run was completed.", best: [], leftOut, [])
      return
    }
    let contrasts = ranked.dropFirst().map {
      figures.contrast("lead", leader, against: $0.0, in: .target, level: level)
    }
    let noise = figures.noise(.target)
    let name = figures.branches[leader].name
    guard !contrasts.isEmpty else {
      self.init(
        sentence: "Nothing can be ranked: only '\(name)' was completed.", best: [], leftOut, [])
      return
    }
    guard let deviation = noise.deviation else {
      self.init(
        sentence: "Nothing can be ranked: no mixture was trained with a second seed, so it is not "
          + "known how much a seed alone changes.", best: [], leftOut, contrasts)
      return
    }
    let beaten = contrasts.filter { $0.resolution == .better }
    let equals = contrasts.filter { $0.resolution != .better }
    let noiseText =
      "another seed alone changes \(Self.text(deviation)) (standard deviation, "
      + "\(noise.degreesOfFreedom) degrees of freedom)"
    if beaten.isEmpty {
      let largest = contrasts.compactMap(\.effect).map(abs).max() ?? 0
      self.init(
        sentence: "Nothing can be ranked: the mixtures differ by \(Self.text(largest)) bits per "
          + "byte at most, which other seeds or other documents could change as well; "
          + "\(noiseText).", best: [], leftOut, contrasts)
      return
    }
    if equals.isEmpty, let next = contrasts.first, let effect = next.effect {
      self.init(
        sentence: "'\(name)' is the best mixture: \(Self.text(-effect)) bits per byte below the "
          + "next, '\(next.against)'\(Self.range(next)), and resolved against "
          + (contrasts.count == 1 ? "it" : "all \(contrasts.count) others") + "; \(noiseText).",
        best: [name], leftOut, contrasts)
      return
    }
    self.init(
      sentence: "\(Self.list([name] + equals.map(\.against))) lead and cannot be told apart; "
        + "'\(name)', the lowest of them, is resolved to be better than "
        + "\(Self.list(beaten.map(\.against))) (by \(Self.text(-(beaten[0].effect ?? 0))) bits per "
        + "byte and more); \(noiseText).",
      best: [name] + equals.map(\.against), leftOut, contrasts)
  }

  private init(
    sentence: String, best: [String], _ leftOut: [String], _ contrasts: [StudyContrast]
  ) {
    let missing =
      leftOut.isEmpty
      ? ""
      : " Left out: \(leftOut.count) run\(leftOut.count == 1 ? "" : "s")."
    verdict = StudyVerdict(sentence: sentence + missing, best: best, leftOut: leftOut)
    self.contrasts = contrasts
  }

  static func text(_ value: Double) -> String { String(format: "%.4f", value) }

  /// " (0.0101 to 0.0302 at 99.2% confidence)"
  private static func range(_ contrast: StudyContrast) -> String {
    guard let interval = contrast.combined else { return "" }
    let level = String(format: "%.1f", contrast.level * 100)
    return " (\(text(-interval.high)) to \(text(-interval.low)) at \(level)% confidence)"
  }

  static func list(_ names: [String]) -> String {
    let quoted = names.prefix(6).map { "'\($0)'" }
    let more = names.count > 6 ? ["\(names.count - 6) more"] : []
    let parts = quoted + more
    guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }
}
