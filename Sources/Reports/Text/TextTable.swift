import Foundation

/// A table for the terminal: columns aligned, no line wider than asked.
package struct TextTable {
  package struct Column {
    var title: String
    var isNumber: Bool
    /// Columns with the highest number are left out first where the width does not suffice; 0 never.
    var rank: Int

    package static func text(_ title: String, rank: Int = 0) -> Column {
      Column(title: title, isNumber: false, rank: rank)
    }

    package static func number(_ title: String, rank: Int = 0) -> Column {
      Column(title: title, isNumber: true, rank: rank)
    }
  }

  var columns: [Column]
  var rows: [[String]]

  package init(columns: [Column], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  private static let gap = 2
  private static let narrowestName = 16

  /// - Parameter width: cells of the terminal. Where the columns need more, the first one is cut
  ///   down to sixteen cells, then columns are left out and named in a last line.
  package func lines(width: Int) -> [String] {
    let cells = ([columns.map(\.title)] + rows).map { row in
      row.map { PlainText.oneLine($0).replacingOccurrences(of: "−", with: "-") }
    }
    var shown = Array(columns.indices)
    var widths = columns.indices.map { column in
      cells.map { column < $0.count ? Self.cellCount($0[column]) : 0 }.max() ?? 0
    }
    func excess() -> Int {
      shown.map { widths[$0] }.total() + Self.gap * max(0, shown.count - 1) - width
    }
    func narrowFirst() {
      guard let first = shown.first, excess() > 0 else { return }
      widths[first] = min(widths[first], max(Self.narrowestName, widths[first] - excess()))
    }
    let fullName = widths.first ?? 0
    narrowFirst()
    var leftOut: [String] = []
    while excess() > 0,
      let next = shown.filter({ columns[$0].rank > 0 }).max(by: {
        columns[$0].rank < columns[$1].rank
      })
    {
      shown.removeAll { $0 == next }
      leftOut.append(columns[next].title)
      if !widths.isEmpty { widths[0] = fullName }
      narrowFirst()
    }
    var lines = cells.map { row in
      let line = shown.map { column in
        let cell = column < row.count ? row[column] : ""
        return Self.padded(cell, to: widths[column], right: columns[column].isNumber)
      }.joined(separator: String(repeating: " ", count: Self.gap))
      return Self.withoutTrailingSpace(line)
    }
    if !leftOut.isEmpty {
      lines += TextReport.wrapped("(not shown: \(leftOut.joined(separator: ", ")))", width: width)
    }
    return lines
  }

  private static func padded(_ text: String, to width: Int, right: Bool) -> String {
    var text = text
    if cellCount(text) > width {
      while cellCount(text) >= max(1, width), !text.isEmpty { text.removeLast() }
      text += "…"
    }
    let space = String(repeating: " ", count: max(0, width - cellCount(text)))
    return right ? space + text : text + space
  }

  private static func withoutTrailingSpace(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  /// Cells of a terminal: two for East Asian wide characters and emoji, none for marks that combine.
  static func cellCount(_ text: String) -> Int {
    text.reduce(0) { sum, character in
      guard let scalar = character.unicodeScalars.first else { return sum }
      switch scalar.value {
      case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: return sum
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        return sum + 2
      default: return sum + 1
      }
    }
  }
}
