import Foundation
import Testing
import Training

@Suite struct LearningRateScheduleTests {
  private func factors(_ schedule: LearningRateSchedule, _ steps: Int) -> [Double] {
    (0..<steps).map { schedule.factor(atStep: $0, of: steps) }
  }

  private func expect(_ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count)
    for (step, (a, b)) in zip(found, expected).enumerated() {
      #expect(abs(a - b) < 1e-12, "step \(step)")
    }
  }

  @Test("a warm-up climbs in equal parts to the peak and a constant stays there")
  func constant() {
    expect(factors(.constant(warmup: 4), 7), [0.25, 0.5, 0.75, 1, 1, 1, 1])
    expect(factors(.constant(warmup: 0), 2), [1, 1])
  }

  @Test("a cosine passes the middle between peak and floor half-way")
  func cosine() {
    let found = factors(.cosine(warmup: 2, floor: 0.1), 12)
    #expect(found[2] == 1)
    #expect(abs(found[7] - 0.55) < 1e-12)
    #expect(abs(found[11] - (0.1 + 0.45 * (1 + Foundation.cos(0.9 * .pi)))) < 1e-12)
    #expect(zip(found.dropFirst(2), found.dropFirst(3)).allSatisfy { $0 > $1 })
  }

  @Test("a stable phase lasts until the decay, which follows its shape")
  func warmupStableDecay() {
    let linear = LearningRateSchedule.warmupStableDecay(
      warmup: 2, decay: 4, shape: .linear, floor: 0.2)
    expect(factors(linear, 10), [0.5, 1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4])
    let root = LearningRateSchedule.warmupStableDecay(
      warmup: 0, decay: 4, shape: .oneMinusSqrt, floor: 0)
    let halves = [0, 0.25, 0.5, 0.75].map { 1 - Foundation.sqrt($0) }
    expect(factors(root, 6), [1, 1] + halves)
  }

  @Test("a straight fall to zero would be zero one step after the last")
  func linearToZero() {
    expect(factors(.linearToZero(warmup: 0), 4), [1, 0.75, 0.5, 0.25])
    #expect(LearningRateSchedule.linearToZero(warmup: 0).factor(atStep: 4, of: 4) == 0)
  }

  @Test("a stage shorter than its warm-up or decay still has factors from 0 to 1")
  func shortStages() {
    for schedule: LearningRateSchedule in [
      .constant(warmup: 9), .cosine(warmup: 9, floor: 0), .linearToZero(warmup: 3),
      .warmupStableDecay(warmup: 3, decay: 9, shape: .linear, floor: 0),
    ] {
      #expect(factors(schedule, 3).allSatisfy { (0...1).contains($0) })
    }
  }

  @Test("a schedule that is written as JSON and read is equal")
  func json() throws {
    let schedule = LearningRateSchedule.warmupStableDecay(
      warmup: 1, decay: 2, shape: .oneMinusSqrt, floor: 0.5)
    let bytes = try JSONEncoder().encode(schedule)
    #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: bytes) == schedule)
  }
}
