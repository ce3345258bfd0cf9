/// Text in the places of a card: names come from users and may hold anything.
enum CardText {
  /// A double-quoted YAML scalar on one line.
  static func yaml(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: out += "\\\""
      case 0x5c: out += "\\\\"
      case 0x0a: out += "\\n"
      case 0x09: out += "\\t"
      // What YAML takes for the end of a line, or does not let stand unescaped.
      case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// Plain text in Markdown, on one line: nothing in it is markup.
  static func markdown(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value): out += " "
      case "\u{2028}", "\u{2029}": out += " "
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case "\\", "|", "`", "*", "_", "[", "]", "#", "~":
        out += "\\"
        out.unicodeScalars.append(scalar)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// - Parameter numbers: columns that stand to the right.
  static func table(
    _ titles: [String], _ rows: [[String]], numbers: Set<Int> = []
  ) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = titles.indices.map { numbers.contains($0) ? "---:" : "---" }
    return ([line(titles), line(rule)] + rows.map { line($0.map(markdown)) })
      .joined(separator: "\n")
  }

  /// A glob that matches exactly this path, for readers that know sets but no backslash.
  static func literalGlob(_ path: String) -> String {
    var out = ""
    for character in path.unicodeScalars {
      if character == "*" || character == "?" || character == "[" {
        out += "[" + String(character) + "]"
      } else {
        out.unicodeScalars.append(character)
      }
    }
    return out
  }
}
