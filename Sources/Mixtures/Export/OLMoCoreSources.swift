import Streams

/// OLMo-core's list of sources (`SourceMixtureList.from_yaml`): name, target ratio, repetition that is
/// allowed, and paths, which may hold a `*`.
enum OLMoCoreSources {
  static func text(_ mixture: ExportedMixture) -> String {
    var lines = ["# \(mixture.origin)", "sources:"]
    for (index, share) in DecimalShares(mixture.shares).entries {
      let domain = mixture.domains[index]
      lines.append("- source_name: \(JSONValue.quoted(domain.name))")
      lines.append("  target_ratio: \(share)")
      if let epochs = domain.mostEpochs {
        lines.append("  max_repetition_ratio: \(ceilingText(max(epochs, 1)))")
      }
      lines.append("  paths:")
      lines.append("  - \(JSONValue.quoted(domain.path))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Rounded up, so that the plan still fits.
  private static func ceilingText(_ epochs: Double) -> String {
    "\((min(epochs, 1e9) * 1000).rounded(.up) / 1000)"
  }
}
