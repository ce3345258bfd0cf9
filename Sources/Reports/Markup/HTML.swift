/// Markup that is safe to print. Its literals are markup; whatever is interpolated is data and is
/// escaped, so a name from a file cannot become a tag:
///
///     let cell: HTML = "<td>\(document.id)</td>"
struct HTML: Sendable, Equatable {
  private(set) var text: String

  /// Joins pieces of markup, one a line.
  init(lines: [HTML]) { text = lines.map(\.text).joined(separator: "\n") }

  static func + (left: HTML, right: HTML) -> HTML {
    var sum = left
    sum.text += right.text
    return sum
  }

  var isEmpty: Bool { text.isEmpty }
}

extension HTML: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { text = value }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ data: String) { text += PlainText.escaped(data) }

    mutating func appendInterpolation(_ markup: HTML) { text += markup.text }

    mutating func appendInterpolation(_ markup: [HTML]) { text += HTML(lines: markup).text }

    /// A length or position in a picture: at most two decimals, 0 where it is not a number.
    mutating func appendInterpolation(at position: Double) {
      text += PlainText.coordinate(position)
    }
  }
}

/// Text from files, made fit to be shown.
enum PlainText {
  /// Replaces what a page or a terminal would act on instead of showing it: control characters
  /// become their pictures (U+2400 …), other characters without a shape become U+FFFD. Line feeds
  /// and tabs stay; a carriage return before a line feed goes.
  static func visible(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    let scalars = text.unicodeScalars
    for index in scalars.indices {
      let scalar = scalars[index]
      switch scalar.value {
      case 0x0A, 0x09: result.append(scalar)
      case 0x0D:
        let next = scalars.index(after: index)
        if next == scalars.endIndex || scalars[next] != "\n" { result.append("\u{240D}") }
      case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
      case 0x7F: result.append("\u{2421}")
      case 0x80..<0xA0, 0xFDD0..<0xFDF0: result.append("\u{FFFD}")
      case let value where value & 0xFFFE == 0xFFFE: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The same in one line: runs of white space become one space.
  static func oneLine(_ text: String) -> String {
    visible(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Fit for an element's content and for a quoted attribute.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in visible(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// At most `limit` characters, with "…" for what is cut.
  static func cut(_ text: String, to limit: Int) -> String {
    text.count <= limit ? text : text.prefix(max(0, limit - 1)) + "…"
  }

  static func coordinate(_ position: Double) -> String {
    guard position.isFinite, abs(position) < 1e9 else { return "0" }
    let hundredths = Int((position * 100).rounded())
    if hundredths % 100 == 0 { return String(hundredths / 100) }
    let digits = String(abs(hundredths) % 100)
    let fraction = digits.count == 1 ? "0" + digits : digits
    let trimmed = fraction.hasSuffix("0") ? String(fraction.dropLast()) : fraction
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(trimmed)"
  }
}
