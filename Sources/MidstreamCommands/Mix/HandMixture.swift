import Mixtures
import Streams

/// A mixture as it is written on the command line: `general=0.4,math=0.6`.
struct HandMixture {
  private let text: String
  private let weights: [(domain: String, weight: Double)]

  init(_ text: String) throws {
    self.text = text
    var weights: [(domain: String, weight: Double)] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty, let weight = Double(sides[1]), weight >= 0,
        weight.isFinite
      else {
        throw Fault(
          .input, "the mixture '\(text)' cannot be read", found: "'\(part)'",
          expected: "DOMAIN=WEIGHT with a weight from 0 up",
          hint: "for example --mixture general=0.4,math=0.6")
      }
      guard !weights.contains(where: { $0.domain == sides[0] }) else {
        throw Fault(
          .input, "the mixture '\(text)' names '\(sides[0])' twice", expected: "each domain once")
      }
      weights.append((String(sides[0]), weight))
    }
    self.weights = weights
  }

  func exported(_ template: PathTemplate) throws -> ExportedMixture {
    try ExportedMixture(
      name: "mixture",
      domains: weights.map { .init(name: $0.domain, path: template.path(of: $0.domain)) },
      weights: weights.map(\.weight), origin: "midstream mix export --mixture \(text)")
  }
}
