import Mixtures
import Runs

extension MixtureSource {
  /// The plan beside the sequences that the steps trained on.
  public func rows(realised steps: [StepMetrics]) -> [MixtureRow] {
    let ledger = ledger(of: StepMetrics.sequences(steps, domains: plan.domains.count))
    let planned = plan.plannedSamples(after: plan.sampleCount)
    return ledger.entries.enumerated().map { index, entry in
      MixtureRow(
        domain: entry.domain, plannedShare: planned[index] / Double(max(plan.sampleCount, 1)),
        realisedShare: Double(entry.samples) / Double(max(ledger.sampleCount, 1)),
        tokens: entry.tokens, epochs: entry.epochs)
    }
  }
}
