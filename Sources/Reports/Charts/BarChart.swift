/// Horizontal bars, one group a row, each with its number at its end.
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

  private static let labelHeight = 19.0
  private static let barHeight = 13.0
  private static let barPitch = 17.0
  private static let rowGap = 9.0
  /// Percent of the width for the longest bar; the rest is for its number.
  private static let widest = 58.0
  private static let labelLimit = 44

  func svg() -> HTML {
    let values = rows.flatMap { $0.bars.map(\.value) }
    let largest = values.filter(\.isFinite).max() ?? 0
    func width(_ value: Double) -> Double {
      guard value.isFinite, value > 0, largest > 0 else { return 0 }
      return value / largest * Self.widest
    }
    var shapes: [HTML] = []
    var y = 0.0
    for row in rows {
      let label = PlainText.cut(PlainText.oneLine(row.label), to: Self.labelLimit)
      shapes.append(Picture.text(label, x: 0, y: y + 13))
      y += Self.labelHeight
      for bar in row.bars {
        let length = width(bar.value)
        let tone = bar.part == nil ? bar.tone : .first
        shapes.append(Self.rectangle(y, length, "bar \(tone.rawValue)"))
        if let part = bar.part { shapes.append(Self.rectangle(y, width(part), "bar second")) }
        shapes.append(
          Picture.text(bar.text, x: length, y: y + 11, shift: 6, style: "figure"))
        y += Self.barPitch
      }
      y += Self.rowGap
    }
    let description = rows.map { row in
      "\(row.label): \(row.bars.map(\.text).joined(separator: ", "))"
    }
    return Picture(
      id: id, title: title, description: description.joined(separator: "; "),
      height: max(1, y - Self.rowGap)
    ).svg(shapes)
  }

  private static func rectangle(_ y: Double, _ width: Double, _ style: String) -> HTML {
    """
    <rect class="\(style)" x="0" y="\(at: y)" width="\(at: width)%" height="\(at: barHeight)"/>
    """
  }
}
