import Foundation
import Mixtures
import Reports
import Runs

/// What `midstream mix show` tells of one stage.
struct MixtureRecord: Encodable {
  /// Samples up to which the sampler is walked to measure its distance from the plan.
  private static let mostMeasured = 1 << 24

  var stage: String
  var meaning: String
  /// "unfiltered" or "curated"; nil where the shards are the user's own.
  var stream: String?
  var forecast: MixtureForecast
  /// The largest distance of any prefix from the plan, in samples; nil where there are too many
  /// samples to walk.
  var measuredDistance: Double?

  init(_ mixture: PlannedMixture) {
    stage = mixture.name
    meaning = mixture.meaning
    stream = mixture.stream
    forecast = MixtureForecast(mixture.plan, sequenceLength: mixture.sequenceLength)
    if mixture.plan.sampleCount <= Self.mostMeasured {
      measuredDistance = MixtureSampler.largestDistance(from: mixture.plan)
    }
  }

  func lines(width: Int) -> [String] {
    let source = stream.map { ", \($0) text" } ?? ""
    var lines = TextReport.wrapped(
      "\(stage)\(source): \(meaning); \(grouped(forecast.tokens)) tokens in "
        + "\(grouped(forecast.steps)) steps of \(forecast.samplesPerStep) x "
        + "\(forecast.sequenceLength)", width: width)
    lines += table.lines(width: width)
    if forecast.segments.count > 1 { lines += segments.lines(width: width) }
    lines += forecast.warnings.flatMap { TextReport.wrapped("warning: \($0)", width: width) }
    return lines + TextReport.wrapped(distance, width: width)
  }

  private var table: TextTable {
    TextTable(
      columns: [
        .text("domain"), .number("share"), .number("tokens"), .number("available", rank: 3),
        .number("epochs"), .number("cap", rank: 2), .number("repeats from step", rank: 1),
        .number("at cap in step", rank: 4),
      ],
      rows: forecast.domains.map { domain in
        [
          domain.name, Self.percent(domain.share), grouped(domain.plannedTokens),
          grouped(domain.tokensAnEpoch), String(format: "%.2f", domain.epochs),
          domain.mostEpochs.map { String(format: "%g", $0) } ?? "",
          domain.firstPassEnds.map { grouped($0) } ?? "-",
          domain.capReached.map { grouped($0) } ?? "-",
        ]
      })
  }

  private var segments: TextTable {
    TextTable(
      columns: [.text("steps")]
        + forecast.domains.enumerated().map { .number($1.name, rank: $0 + 1) },
      rows: forecast.segments.map { segment in
        ["\(grouped(segment.firstStep)) to \(grouped(segment.lastStep))"]
          + segment.shares.map { Self.percent($0) }
      })
  }

  private var distance: String {
    let tokens = Int((forecast.bound * Double(forecast.sequenceLength)).rounded())
    let measured = measuredDistance.map { String(format: "; measured: %.2f samples", $0) } ?? ""
    return String(format: "the samples stay within %.2f samples ", forecast.bound)
      + "(\(grouped(tokens)) tokens) of the plan, at any step\(measured)"
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
}
