/// A table that scrolls inside its own box where the page is narrower than it.
struct HTMLTable {
  struct Column {
    var title: String
    /// The style of its cells.
    var style: String

    /// - Parameter onlyWide: a phone leaves it out, because another cell says the same there.
    static func text(_ title: String, onlyWide: Bool = false) -> Column {
      Column(title: title, style: onlyWide ? "text wide" : "text")
    }

    /// Names that may be long: they wrap, and leave room for the numbers beside them.
    static func name(_ title: String) -> Column { Column(title: title, style: "text name") }

    static func number(_ title: String, onlyWide: Bool = false) -> Column {
      Column(title: title, style: onlyWide ? "number wide" : "number")
    }
  }

  /// Rows that belong together, below a heading of their own.
  struct Group {
    var heading: HTML
    var rows: [[HTML]]
  }

  /// Says what the table holds, also to screen readers.
  var caption: String
  var columns: [Column]
  /// One cell a column; the first names the row.
  var rows: [[HTML]] = []
  /// Below the rows.
  var groups: [Group] = []

  func html() -> HTML {
    let head = columns.map { "<th scope=\"col\" class=\"\($0.style)\">\($0.title)</th>" as HTML }
    let grouped = groups.map { group -> HTML in
      """
      <tbody>
      <tr><th scope="rowgroup" class="group" colspan="\(String(columns.count))">\
      <div>\(group.heading)</div></th></tr>
      \(group.rows.map(line))
      </tbody>
      """
    }
    let body: HTML = rows.isEmpty ? "" : "<tbody>\n\(rows.map(line))\n</tbody>"
    return """
      <div class="scroll" role="region" tabindex="0" aria-label="\(caption)">
      <table><caption><span>\(caption)</span></caption>
      <thead><tr>\(head)</tr></thead>
      \(body)\(grouped)</table></div>
      """
  }

  private func line(_ row: [HTML]) -> HTML {
    let cells = zip(columns, row).enumerated().map { index, cell -> HTML in
      index == 0
        ? "<th scope=\"row\" class=\"\(cell.0.style)\">\(cell.1)</th>"
        : "<td class=\"\(cell.0.style)\">\(cell.1)</td>"
    }
    return "<tr>\(cells)</tr>"
  }

  /// The same behind a fold, beside a picture that shows it.
  func folded(_ summary: String = "The numbers as a table") -> HTML {
    "<details><summary>\(summary)</summary>\n\(html())\n</details>"
  }
}
