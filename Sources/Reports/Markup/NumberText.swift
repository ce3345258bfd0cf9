import Foundation

/// Numbers as a reader wants them: separators, units, signs; and plain words where there is none.
enum NumberText {
  static let notANumber = "not a number"
  /// Stands where a quantity does not exist, such as a share of nothing.
  static let none = "–"

  /// "1,234,567"
  static func count(_ number: Int) -> String {
    grouped(String(number.magnitude), negative: number < 0)
  }

  /// "1 document", "1,234 documents"
  static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")"
  }

  /// "-0.0412" with a true minus sign.
  static func rounded(_ number: Double, _ places: Int) -> String {
    guard number.isFinite else { return notANumber }
    let digits = String(format: "%.\(places)f", abs(number))
    let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
    let parts = digits.split(separator: ".", maxSplits: 1)
    let whole = grouped(String(parts.first ?? "0"), negative: number < 0 && !isZero)
    return parts.count == 2 ? whole + "." + parts[1] : whole
  }

  /// "+0.0412", "−0.0412"
  static func signed(_ number: Double, _ places: Int) -> String {
    let text = rounded(number, places)
    return number > 0 && number.isFinite ? "+" + text : text
  }

  /// Bits per byte.
  static func bitsPerByte(_ number: Double) -> String { rounded(number, 4) }

  /// "12.3%" of 0.123.
  static func share(_ share: Double, places: Int = 1) -> String {
    share.isFinite ? rounded(share * 100, places) + "%" : notANumber
  }

  /// "95%", "99.5%", "99.998%": as many decimals as tell it from certainty.
  static func confidence(_ level: Double) -> String {
    guard level > 0, level < 1 else { return share(level, places: 0) }
    let places = (-log10((1 - level) * 100)).rounded(.up)
    return share(level, places: Int(min(max(places, 0), 9)))
  }

  /// The share of a part in a whole, or "–" of nothing.
  static func share(of part: Int, in whole: Int) -> String {
    whole == 0 ? none : share(Double(part) / Double(whole))
  }

  /// A quotient, or "–" where the divisor is 0.
  static func ratio(_ dividend: Int, _ divisor: Int, _ places: Int) -> String {
    divisor == 0 ? none : rounded(Double(dividend) / Double(divisor), places)
  }

  /// "999 B", "1.23 MB": powers of 1,000, three digits.
  static func bytes(_ number: Int) -> String {
    number.magnitude < 1000
      ? count(number) + " B" : scaled(Double(number), ["B", "kB", "MB", "GB", "TB", "PB", "EB"])
  }

  /// "1.23 M": for axes and where the exact number is beside it.
  static func short(_ number: Double) -> String {
    guard number.isFinite else { return notANumber }
    return abs(number) < 1000
      ? trimmed(number) : scaled(number, ["", "k", "M", "G", "T", "P", "E"])
  }

  /// "0.42 s", "12.3 s", "3 min 05 s", "2 h 07 min"
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e12 else { return notANumber }
    if seconds < 59.95 { return rounded(seconds, seconds < 10 ? 2 : 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    return "\(count(whole / 3600)) h \(twoDigits(whole / 60 % 60)) min"
  }

  /// "2026-02-03 14:05 UTC" of seconds since 1970.
  static func date(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e11 else { return notANumber }
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    return String(
      format: "%04d-%02d-%02d %02d:%02d UTC", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
      parts.tm_hour, parts.tm_min)
  }

  /// Three significant digits without trailing zeros: "0.0003", "2.5".
  static func trimmed(_ number: Double) -> String {
    guard number.isFinite else { return notANumber }
    return String(format: "%.3g", number).replacingOccurrences(of: "-", with: "−")
      .replacingOccurrences(of: "e−0", with: "e−")
  }

  /// A number as it is, with a true minus sign.
  static func withMinus(_ number: String) -> String {
    number.replacingOccurrences(of: "-", with: "−")
  }

  private static func scaled(_ number: Double, _ units: [String]) -> String {
    var size = abs(number)
    var unit = 0
    while size >= 999.5, unit < units.count - 1 {
      size /= 1000
      unit += 1
    }
    let places = size < 9.995 ? 2 : size < 99.95 ? 1 : 0
    return rounded(number < 0 ? -size : size, places) + " " + units[unit]
  }

  private static func grouped(_ digits: String, negative: Bool) -> String {
    var result = negative ? "−" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}

extension Sequence where Element == Int {
  /// The sum, held at the largest number where it would overflow.
  func total() -> Int {
    reduce(0) { sum, next in
      let (result, overflow) = sum.addingReportingOverflow(next)
      return overflow ? (next > 0 ? Int.max : Int.min) : result
    }
  }
}
