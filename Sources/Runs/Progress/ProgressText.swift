/// What a stage's line of progress says, whole or as much of it as a width allows.
struct ProgressText {
  var stage: String
  var unit: String
  /// 0 where nobody knows.
  var total: Int
  var done: Int
  /// Of these the rate knows nothing.
  var doneAtStart: Int
  var seconds: Double
  /// Shown behind the rate.
  var detail: String

  /// The line. With a width, what matters least goes first: the amounts (the share stays), then the
  /// rate.
  func line(width: Int?) -> String {
    let whole = text(amounts: true, rate: true)
    guard let width, whole.count > width, total > 0 else { return whole }
    let short = text(amounts: false, rate: true)
    return short.count > width ? text(amounts: false, rate: false) : short
  }

  private func text(amounts showsAmounts: Bool, rate showsRate: Bool) -> String {
    let rate = Double(done - doneAtStart) / max(seconds, 1e-9)
    var parts: [String] = []
    if showsAmounts {
      parts.append(amount(done, unit) + (total > 0 ? " of \(amount(total, unit))" : ""))
    }
    if total > 0 { parts.append("\(done * 100 / total)%") }
    if rate > 0 {
      if showsRate { parts.append("\(amount(Int(rate), unit))/s") }
      if total > done { parts.append("\(time(Double(total - done) / rate)) left") }
    }
    if !detail.isEmpty { parts.append(detail) }
    return "\(stage): " + parts.joined(separator: ", ")
  }
}
