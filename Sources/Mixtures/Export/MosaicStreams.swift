import Streams

/// MosaicML Streaming's streams with proportions, as a mapping of keyword arguments of `Stream`: the
/// `streams:` of a dataset in llm-foundry's recipes.
enum MosaicStreams {
  static func text(_ mixture: ExportedMixture) -> String {
    var lines = ["# \(mixture.origin)", "streams:"]
    for (index, share) in DecimalShares(mixture.shares).entries {
      let domain = mixture.domains[index]
      lines.append("  \(JSONValue.quoted(domain.name)):")
      // What is elsewhere is cached in a folder that the loader chooses.
      let key = domain.path.contains("://") ? "remote" : "local"
      lines.append("    \(key): \(JSONValue.quoted(domain.path))")
      lines.append("    proportion: \(share)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
