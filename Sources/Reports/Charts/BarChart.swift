/// Horizontal bars, one group a row, each with its number at its end. Labels stand above their bars,
/// or, where they are short and the chart is a small one, beside them.
struct BarChart: Sendable {
  struct Bar: Sendable {
    var value: Double
    /// A part of the bar that is drawn solid inside it.
    var part: Double?
    /// Written at the bar's end.
    var text: String
    var tone: Tone

    init(_ value: Double, part: Double? = nil, text: String, tone: Tone = .second) {
      self.value = value
      self.part = part
      self.text = text
      self.tone = tone
    }
  }

  struct Row: Sendable {
    var label: String
    var bars: [Bar]
  }

  var id: String
  var title: String
  var rows: [Row]
  var isCompact = false

  private static let labelHeight = 19.0
  private static let barHeight = 13.0
  private static let barPitch = 17.0
  private static let rowGap = 9.0
  /// Percent of the width for the longest bar; the rest is for its number.
  private static let widest = 58.0
  /// Percent of the width for the labels of a compact chart, and for its longest bar.
  private static let compactLabels = 32.0
  private static let compactWidest = 38.0

  func svg() -> HTML {
    let values = rows.flatMap { $0.bars.map(\.value) }
    let largest = values.filter(\.isFinite).max() ?? 0
    func width(_ value: Double) -> Double {
      guard value.isFinite, value > 0, largest > 0 else { return 0 }
      return value / largest * (isCompact ? Self.compactWidest : Self.widest)
    }
    var shapes: [HTML] = []
    var y = 0.0
    for row in rows {
      if isCompact {
        shapes.append(Picture.label(row.label, y: y + 11, narrow: 16, wide: 34))
      } else {
        shapes.append(Picture.label(row.label, y: y + 13, narrow: 44, wide: 96))
        y += Self.labelHeight
      }
      for bar in row.bars {
        let length = width(bar.value)
        let tone = bar.part == nil ? bar.tone : .first
        shapes.append(rectangle(y, length, "bar \(tone.rawValue)"))
        if let part = bar.part { shapes.append(rectangle(y, width(part), "bar second")) }
        shapes.append(
          Picture.text(bar.text, x: start + length, y: y + 11, shift: 6, style: "figure"))
        y += Self.barPitch
      }
      y += gap
    }
    let description = rows.map { row in
      "\(row.label): \(row.bars.map(\.text).joined(separator: ", "))"
    }
    return Picture(
      id: id, title: title, description: description.joined(separator: "; "),
      height: max(1, y - gap)
    ).svg(shapes)
  }

  private var start: Double { isCompact ? Self.compactLabels : 0 }

  private var gap: Double { isCompact ? 3 : Self.rowGap }

  private func rectangle(_ y: Double, _ width: Double, _ style: String) -> HTML {
    """
    <rect class="\(style)" x="\(at: start)%" y="\(at: y)" width="\(at: width)%" \
    height="\(at: Self.barHeight)"/>
    """
  }
}
