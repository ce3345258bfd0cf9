/// Writes dates and times of day as ISO 8601, with integers only.
enum CalendarText {
  /// Days since 1970-01-01, in the proleptic Gregorian calendar.
  static func date(_ days: Int64) -> String {
    // Years are counted from March, so that a leap day is the last one; eras have 400 years.
    let shifted = days &+ 719_468
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
    return "\(padded(year))-\(two(month))-\(two(day))"
  }

  /// A time of day in units of 10^-digits seconds; nil where it is longer than a day.
  static func time(_ units: Int64, digits: Int) -> String? {
    let second = unit(digits)
    guard units >= 0, units < 86_400 * second else { return nil }
    let (seconds, fraction) = (units / second, units % second)
    let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    if fraction == 0 { return clock }
    let text = String(fraction)
    return clock + "." + String(repeating: "0", count: digits - text.count) + text
  }

  /// A time since 1970 in units of 10^-digits seconds.
  static func timestamp(_ units: Int64, digits: Int, isUTC: Bool) -> String {
    let day = 86_400 * unit(digits)
    var (days, rest) = units.quotientAndRemainder(dividingBy: day)
    if rest < 0 {
      days -= 1
      rest += day
    }
    return date(days) + "T" + (time(rest, digits: digits) ?? "") + (isUTC ? "Z" : "")
  }

  /// A Julian day and the nanoseconds in it, as in the old type int96.
  static func julian(day: Int64, nanoseconds: Int64) -> String {
    let clock = time(nanoseconds, digits: 9) ?? "\(nanoseconds)ns"
    return date(day - 2_440_588) + "T" + clock
  }

  private static func unit(_ digits: Int) -> Int64 {
    digits == 9 ? 1_000_000_000 : digits == 6 ? 1_000_000 : 1000
  }

  private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }

  private static func padded(_ year: Int64) -> String {
    let digits = String(year.magnitude)
    let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
    return (year < 0 ? "-" : year > 9999 ? "+" : "") + zeros + digits
  }
}
