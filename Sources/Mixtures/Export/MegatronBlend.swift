import Streams

/// Megatron-LM's blend: a weight and the prefix of an indexed dataset for each source, separated by
/// white space, for `--data-path` on the command line or in a file for `--data-args-path`.
enum MegatronBlend {
  static func text(_ mixture: ExportedMixture) throws -> String {
    let lines = try DecimalShares(mixture.shares).entries.map { index, share in
      let path = mixture.domains[index].path
      guard !path.isEmpty, !path.contains(where: \.isWhitespace) else {
        throw Fault(
          .input, "Megatron cannot read the path of '\(mixture.domains[index].name)'",
          found: "'\(path)'", expected: "a prefix without white space")
      }
      return "\(share) \(path)\n"
    }
    return lines.joined()
  }
}
