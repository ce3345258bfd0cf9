import ArgumentParser
import Foundation

/// A share above 0 and at most 1, written as `1%` or `0.01`.
struct Share: ExpressibleByArgument {
  var value: Double

  init?(argument: String) {
    let isPercent = argument.hasSuffix("%")
    guard let number = Double(isPercent ? argument.dropLast() : argument[...]) else { return nil }
    let share = isPercent ? number / 100 : number
    guard share > 0, share <= 1 else { return nil }
    value = share
  }

  /// "1%", "0.25%".
  static func text(_ share: Double) -> String { String(format: "%.3g%%", share * 100) }
}
