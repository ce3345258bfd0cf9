import Foundation
import Reports
import Runs

/// What a sample says of the whole corpus, for a terminal.
struct SampleText {
  private let record: SampleRecord

  init(_ record: SampleRecord) { self.record = record }

  func text(width: Int) -> String {
    let head =
      "sample: \(grouped(record.sampled)) of \(grouped(record.candidates)) documents, "
      + "\(Share.text(record.share)) by a hash of their ids"
    return
      ([[head], quantities(width), domains(width), stages(width), disk(width)] + [notes(width)])
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func quantities(_ width: Int) -> [String] {
    TextTable(
      columns: [
        .text("what"), .number("sample", rank: 2), .number("whole"), .number("95% interval"),
        .text("by", rank: 1),
      ],
      rows: record.quantities.map { estimate in
        [
          "\(estimate.name), \(estimate.unit)", Self.number(estimate.sample, estimate.unit),
          Self.number(estimate.whole, estimate.unit), Self.interval(estimate),
          estimate.method.rawValue,
        ]
      }
    ).lines(width: width)
  }

  private func domains(_ width: Int) -> [String] {
    TextTable(
      columns: [
        .text("kept of"), .number("documents"), .number("95% interval", rank: 3),
        .number("text", rank: 2),
        .number("tokens"), .number("95% interval", rank: 1), .number("shards"),
      ],
      rows: record.domains.map { domain in
        [
          domain.domain, grouped(domain.documents.whole), Self.interval(domain.documents),
          amount(domain.bytes.whole, "B"), grouped(domain.tokens.whole),
          Self.interval(domain.tokens), amount(domain.diskBytes.whole, "B"),
        ]
      }
    ).lines(width: width)
  }

  private func stages(_ width: Int) -> [String] {
    let all = record.stages.reduce(0) { $0 + $1.wholeSeconds }
    let rows = record.stages.map { stage in
      [
        stage.name, time(stage.sampleSeconds), time(stage.wholeSeconds),
        stage.low.flatMap { low in stage.high.map { "\(time(low)) to \(time($0))" } } ?? "–",
        stage.growth,
      ]
    }
    return TextTable(
      columns: [
        .text("stage, \(record.threads) threads"), .number("sample", rank: 2), .number("whole"),
        .number("95% interval", rank: 1), .text("grows", rank: 3),
      ],
      rows: rows + [
        ["all", time(record.stages.reduce(0) { $0 + $1.sampleSeconds }), time(all), "", ""]
      ]
    ).lines(width: width)
  }

  private func disk(_ width: Int) -> [String] {
    TextTable(
      columns: [
        .text("disk"), .number("sample", rank: 1), .number("whole"),
        .number("95% interval", rank: 2),
      ],
      rows: record.disk.map { part in
        [
          part.name, amount(part.sample, "B"), amount(part.whole, "B"), Self.interval(part),
        ]
      }
    ).lines(width: width)
  }

  private func notes(_ width: Int) -> [String] {
    let found = record.partners
    let partners =
      "duplicates and evaluation overlap: \(grouped(found.duplicates)) and "
      + "\(grouped(found.overlapping)) of \(grouped(found.compared)) documents in the sample; of the "
      + "whole \(Share.text(found.leastShare)) to \(Share.text(found.mostShare)), which leaves "
      + "\(grouped(found.leastKept)) to \(grouped(found.mostKept)) documents"
    return ([partners] + record.notes).flatMap {
      TextReport.wrapped("- " + $0, width: max(width, 40))
    }
  }

  private static func number(_ count: Int, _ unit: String) -> String {
    unit == "bytes" ? amount(count, "B") : grouped(count)
  }

  private static func interval(_ estimate: SampleEstimate) -> String {
    estimate.low == estimate.high
      ? "–" : "\(number(estimate.low, estimate.unit)) to \(number(estimate.high, estimate.unit))"
  }
}
