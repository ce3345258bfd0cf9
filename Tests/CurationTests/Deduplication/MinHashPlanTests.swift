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
}
