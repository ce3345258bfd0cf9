/// The time that a date in a document's metadata names, in seconds since 1970-01-01 UTC.
///
/// Read are ISO 8601 (`2024`, `2024-05`, `2024-05-17`, `20240517`, with `T` or a space and
/// `13:45[:30[.25]]`, with `Z`, `±hh`, `±hhmm` or `±hh:mm`; without a zone it is UTC), the 14
/// digits of web archives (`20240517134530`), and numbers: seconds since 1970, or where that is
/// after the year 5138 milliseconds, microseconds or nanoseconds. A number of 4, 8 or 14 digits
/// that makes a date from 1000 to 2999 is that date. What a form leaves out is its first: `2024` is
/// the first of January.
struct DocumentDate {
  private let text: UnsafeRawBufferPointer
  private var at = 0

  /// The time, or nil where `text` is no date.
  static func seconds(_ text: UnsafeRawBufferPointer) -> Double? {
    guard let start = text.firstIndex(where: { $0 > 0x20 }),
      let end = text.lastIndex(where: { $0 > 0x20 }), end - start < 64
    else { return nil }
    let text = UnsafeRawBufferPointer(rebasing: text[start...end])
    var calendar = DocumentDate(text: text)
    if let seconds = calendar.calendarTime() { return seconds }
    return epoch(text)
  }

  private init(text: UnsafeRawBufferPointer) { self.text = text }

  // MARK: Numbers

  /// Above it a number counts milliseconds.
  private static let latestSecond = 1e11

  private static func epoch(_ text: UnsafeRawBufferPointer) -> Double? {
    let isNumber = text.allSatisfy {
      (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
        || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
    }
    guard isNumber, var seconds = Double(String(decoding: text, as: UTF8.self)), seconds.isFinite
    else { return nil }
    var scale = 0
    while abs(seconds) >= latestSecond, scale < 3 {
      seconds /= 1000
      scale += 1
    }
    return abs(seconds) < latestSecond ? seconds : nil
  }

  // MARK: The calendar

  private mutating func calendarTime() -> Double? {
    guard let year = digits(4), (1000...2999).contains(year) else { return nil }
    let hasDashes = take("-")
    // Digits without marks must be whole dates, or they are a number.
    let month = hasDashes || text.count > 4 ? digits(2) : 1
    guard let month, (1...12).contains(month) else { return nil }
    let hasDay = hasDashes ? take("-") : at == 6
    guard let day = hasDay ? digits(2) : 1, (1...Self.days(in: month, of: year)).contains(day)
    else { return nil }
    let midnight = Double(Self.days(year, month, day)) * 86_400
    if at == text.count { return midnight }
    let isCompact = !hasDashes && text.count == 14
    guard isCompact || (hasDay && (take("T") || take("t") || take(" "))) else { return nil }
    guard let clock = clock(isCompact: isCompact), let zone = zone(), at == text.count
    else { return nil }
    return midnight + clock - zone
  }

  /// Seconds since midnight.
  private mutating func clock(isCompact: Bool) -> Double? {
    guard let hour = digits(2), hour <= 24 else { return nil }
    let hasColons = take(":")
    guard hasColons || isCompact || isDigit(at), let minute = digits(2), minute < 60
    else { return nil }
    var second = 0.0
    if hasColons ? take(":") : isDigit(at) {
      guard let whole = digits(2), whole <= 60 else { return nil }
      second = Double(whole)
      if take(".") || take(",") {
        guard isDigit(at) else { return nil }
        var place = 0.1
        while isDigit(at) {
          second += Double(text[at] - 0x30) * place
          place /= 10
          at += 1
        }
      }
    }
    return Double(hour * 3600 + minute * 60) + second
  }

  /// Seconds ahead of UTC.
  private mutating func zone() -> Double? {
    if at == text.count || take("Z") || take("z") { return 0 }
    let sign = take("+") ? 1 : take("-") ? -1 : 0
    guard sign != 0, let hours = digits(2), hours < 24 else { return nil }
    guard at < text.count else { return Double(sign * hours * 3600) }
    _ = take(":")
    guard let minutes = digits(2), minutes < 60 else { return nil }
    return Double(sign * (hours * 3600 + minutes * 60))
  }

  private func isDigit(_ place: Int) -> Bool {
    place < text.count && (0x30...0x39).contains(text[place])
  }

  private mutating func digits(_ count: Int) -> Int? {
    var value = 0
    for _ in 0..<count {
      guard isDigit(at) else { return nil }
      value = value * 10 + Int(text[at] - 0x30)
      at += 1
    }
    return value
  }

  private mutating func take(_ sign: Character) -> Bool {
    guard at < text.count, text[at] == sign.asciiValue else { return false }
    at += 1
    return true
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // From March on, so that a leap day is the last of its year.
    let y = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return 365 * y + y / 4 - y / 100 + y / 400 + dayOfYear - 719_468
  }
}
