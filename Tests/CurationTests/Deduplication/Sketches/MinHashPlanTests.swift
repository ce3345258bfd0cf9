import Curation
import Streams
import Testing

@Suite struct MinHashPlanTests {
  @Test("the S-curve has the published values of 14 bands of 8 slots and 20 of 13")
  func publishedValues() throws {
    let fineWeb = MinHashPlan.fineWeb
    #expect(abs(fineWeb.candidateProbability(similarity: 0.8) - 0.924) < 5e-4)
    #expect(abs(fineWeb.candidateProbability(similarity: 0.7) - 0.565) < 5e-4)
    #expect(abs(fineWeb.steepestSimilarity - 0.719) < 5e-4)
    let curator = try MinHashPlan(validatingBands: 20, slotsPerBand: 13)
    #expect(abs(curator.candidateProbability(similarity: 0.8) - 0.677) < 5e-4)
    #expect(abs(curator.steepestSimilarity - 0.794) < 5e-4)
  }

  @Test("a planned scheme reaches its recall within its slots", arguments: [0.5, 0.7, 0.8, 0.9])
  func plans(threshold: Double) throws {
    for (recall, slots) in [(0.9, 112), (0.99, 128), (0.95, 256)] {
      let plan = try MinHashPlan.plan(threshold: threshold, recall: recall, slots: slots)
      #expect(plan.slots <= slots)
      #expect(plan.candidateProbability(similarity: threshold) >= recall)
      // One slot more in each band would miss the recall.
      let sharper = try MinHashPlan(
        validatingBands: slots / (plan.slotsPerBand + 1), slotsPerBand: plan.slotsPerBand + 1)
      let reaches = sharper.candidateProbability(similarity: threshold) >= recall
      #expect(!reaches || plan.slotsPerBand > 1)
    }
  }

  @Test("impossible plans are input faults")
  func impossible() {
    #expect(throws: Fault.self) { try MinHashPlan.plan(threshold: 0.1, recall: 0.999, slots: 3) }
    #expect(throws: Fault.self) { try MinHashPlan.plan(threshold: 1.5) }
    #expect(throws: Fault.self) { try MinHashPlan.plan(threshold: 0.5, slots: 0) }
    #expect(throws: Fault.self) { try MinHashPlan(validatingBands: 0, slotsPerBand: 8) }
    #expect(throws: Fault.self) { try MinHashPlan(validatingBands: .max, slotsPerBand: .max) }
    #expect(throws: Fault.self) { try MinHashPlan(validatingBands: 14, slotsPerBand: 100) }
  }

  @Test("FineWeb's bands are what is planned for a similarity of 0.8, and presets are as published")
  func presets() throws {
    #expect(try MinHashPlan.plan(threshold: 0.8, recall: 0.92) == .fineWeb)
    let plans = MinHashPreset.allCases.map(\.plan)
    #expect(plans.map(\.slots) == [112, 260, 126, 117, 120])
    #expect(plans.map(\.shingleLength) == [5, 24, 13, 13, 13])
    #expect(MinHashPreset.nemo.plan.unit == .character)
    for (preset, similarity) in [
      (MinHashPreset.redPajama7, 0.7), (.redPajama8, 0.8), (.redPajama9, 0.9),
    ] {
      #expect(abs(preset.plan.steepestSimilarity - similarity) < 0.07)
    }
    #expect(MinHashPlan.fineWeb.bandBytesPerDocument == 168)
    #expect(MinHashPlan.fineWeb.description == "14 bands of 8 slots, runs of 5 words")
  }

  @Test("areas are those of the curve: with one band and one slot of the line P = s")
  func areas() throws {
    let line = try MinHashPlan(validatingBands: 1, slotsPerBand: 1)
    #expect(abs(line.falseCandidateArea(below: 0.8) - 0.32) < 1e-9)
    #expect(abs(line.missedPairArea(above: 0.8) - 0.02) < 1e-9)
    // 1 - (1 - s)^2 has the integral s^2 - s^3/3.
    let two = try MinHashPlan(validatingBands: 2, slotsPerBand: 1)
    #expect(abs(two.falseCandidateArea(below: 1) - 2.0 / 3) < 1e-4)
    #expect(line.candidateProbability(similarity: 0) == 0)
    #expect(line.candidateProbability(similarity: 1) == 1)
    let sharp = try MinHashPlan(validatingBands: 2, slotsPerBand: 128)
    #expect(sharp.candidateProbability(similarity: 0.1) > 0)
  }
}
