import Curation
import Foundation
import Reports

/// A plan of bands for people: what it finds at each similarity, what it costs, and how published
/// plans compare.
struct PlanText {
  let plan: MinHashPlan
  /// What counts as a near duplicate.
  let similarity: Double

  /// - Parameter width: columns of the terminal.
  func text(width: Int) -> String {
    [plan.description, facts(width), curve(width), comparison(width)].joined(separator: "\n\n")
  }

  private func facts(_ width: Int) -> String {
    let at = Self.short(similarity)
    return TextTable(
      columns: [.text("quantity"), .number("value"), .text("meaning", rank: 1)],
      rows: [
        ["slots", "\(plan.slots)", "minima of a sketch"],
        ["steepest", Self.digits(plan.steepestSimilarity, 3), "the similarity (1/b)^(1/r)"],
        [
          "P at \(at)", Self.digits(plan.candidateProbability(similarity: similarity), 4),
          "of a pair of the least similarity that counts",
        ],
        [
          "false candidates", Self.digits(plan.falseCandidateArea(below: similarity), 4),
          "area under the curve below \(at)",
        ],
        [
          "missed pairs", Self.digits(plan.missedPairArea(above: similarity), 4),
          "area above the curve from \(at) on",
        ],
        ["bytes", "\(plan.bandBytesPerDocument)", "a document on disk, 12 a band"],
      ]
    ).lines(width: width).joined(separator: "\n")
  }

  private static let bars = 50

  /// The S-curve from 0.3 to 1, a line each 0.05.
  private func curve(_ width: Int) -> String {
    let bars = max(10, min(Self.bars, width - 28))
    let lines = (0...14).map { step in
      let s = Double(30 + 5 * step) / 100
      let p = plan.candidateProbability(similarity: s)
      let bar = String(repeating: "#", count: Int((p * Double(bars)).rounded()))
      let mark = abs(s - similarity) < 0.001 ? "*" : " "
      return "\(mark)     \(Self.digits(s, 2))        \(Self.digits(p, 4))  \(bar)"
    }
    let title = "similarity  P(candidate)"
    let legend = lines.contains { $0.hasPrefix("*") } ? ["* the least similarity that counts"] : []
    return ([title] + lines + legend).map { $0.replacing(/\s+$/, with: "") }
      .joined(separator: "\n")
  }

  private func comparison(_ width: Int) -> String {
    let presets = MinHashPreset.allCases.map { ($0.rawValue, $0.plan) }
    return TextTable(
      columns: [
        .text("plan"), .number("bands"), .number("slots"), .text("shingles", rank: 4),
        .number("steepest", rank: 5), .number("P(0.7)", rank: 3), .number("P(0.8)"),
        .number("P(0.9)", rank: 2), .number("false", rank: 6), .number("missed", rank: 7),
        .number("bytes", rank: 1),
      ],
      rows: ([("this", plan)] + presets).map { name, plan in
        [
          name, "\(plan.bands)", "\(plan.slotsPerBand)",
          "\(plan.shingleLength) \(plan.unit.name)\(plan.shingleLength == 1 ? "" : "s")",
          Self.digits(plan.steepestSimilarity, 3),
        ] + [0.7, 0.8, 0.9].map { Self.digits(plan.candidateProbability(similarity: $0), 4) } + [
          Self.digits(plan.falseCandidateArea(below: similarity), 4),
          Self.digits(plan.missedPairArea(above: similarity), 4), "\(plan.bandBytesPerDocument)",
        ]
      }
    ).lines(width: width).joined(separator: "\n")
  }

  private static func digits(_ value: Double, _ count: Int) -> String {
    String(format: "%.\(count)f", value)
  }

  private static func short(_ value: Double) -> String { "\(value)" }

  /// What `--json` prints.
  var record: Record { Record(plan, similarity: similarity) }

  struct Record: Encodable {
    struct Point: Encodable {
      var similarity: Double
      var probability: Double
    }

    var bands: Int
    var rows: Int
    var slots: Int
    var unit: String
    var ngram: Int
    var steepest: Double
    var falseCandidateArea: Double
    var missedPairArea: Double
    var bytesPerDocument: Int
    var curve: [Point]

    init(_ plan: MinHashPlan, similarity: Double) {
      bands = plan.bands
      rows = plan.slotsPerBand
      slots = plan.slots
      unit = plan.unit.name
      ngram = plan.shingleLength
      steepest = plan.steepestSimilarity
      falseCandidateArea = plan.falseCandidateArea(below: similarity)
      missedPairArea = plan.missedPairArea(above: similarity)
      bytesPerDocument = plan.bandBytesPerDocument
      curve = (0...14).map {
        let s = Double(30 + 5 * $0) / 100
        return Point(similarity: s, probability: plan.candidateProbability(similarity: s))
      }
    }
  }
}
