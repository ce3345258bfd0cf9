import Corpora
import Curation
import Foundation
import Runs
import Streams

/// The table of clusters of one input, a line of JSON a removed document: `cluster`, `kept`,
/// `removed`, `similarity`, `exact`, and `partner` where it was measured against another document
/// than the kept one.
final class ClusterFiles {
  private struct Line: Encodable {
    var cluster: Int
    var exact: Bool
    var kept: String
    var partner: String?
    var removed: String
    /// Nil where candidates were not verified.
    var similarity: Float?
  }

  private let file: OutputFile
  private let encoder = JSONEncoder()
  private let names: DocumentNames

  init(_ path: String, names: DocumentNames) throws {
    file = try OutputFile(path)
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.names = names
  }

  /// Writes the lines of a batch that starts at `first`.
  /// - Returns: why each document goes; empty where it stays.
  func write(
    _ removals: ArraySlice<DuplicateClusters.Removal>, of batch: DocumentBatch, from first: Int
  ) throws -> [String] {
    var reasons = [String](repeating: "", count: batch.count)
    for removal in removals {
      let place = Int(removal.removed.ordinal) - first
      let kept = try names.id(removal.kept)
      let partner = removal.partner == removal.kept ? kept : try names.id(removal.partner)
      let similarity = removal.similarity.isNaN ? nil : removal.similarity
      try file.write(
        try encoder.encode(
          Line(
            cluster: removal.cluster, exact: removal.kind == .exact, kept: kept,
            partner: partner == kept ? nil : partner, removed: batch.ids.string(place),
            similarity: similarity)))
      try file.write("\n")
      let measured =
        removal.kind == .exact
        ? "equal to \(partner)"
        : (similarity.map { String(format: "%.3f like ", $0) } ?? "shares a band with ") + partner
      reasons[place] =
        "\(removal.stage)/similar-document: \(measured)"
        + (partner == kept ? "" : "; \(kept) stays")
    }
    return reasons
  }

  func commit() throws { try file.commit() }
}
