/// Values on a common axis, a row a name and a lane a series: a large dot for the value, small ones
/// for what it is the mean of, or a bar for its interval.
struct DotPlot: Sendable {
  struct Lane: Sendable {
    var value: Double
    var spread: [Double] = []
    var interval: ClosedRange<Double>?
    /// Outlined for the first, filled for the second.
    var tone: Tone
  }

  struct Row: Sendable {
    var label: String
    /// Written at the right end of the label's line.
    var text: String
    var lanes: [Lane]
  }

  var id: String
  var title: String
  var rows: [Row]
  /// A value to compare with, such as 0, drawn as a line.
  var reference: Double?
  var axisTitle: String

  private static let labelHeight = 19.0
  private static let lanePitch = 14.0
  private static let rowGap = 10.0
  /// Percent of the width that stays free at both sides, for dots at the ends.
  private static let inset = 2.0

  func svg() -> HTML {
    let values = rows.flatMap(\.lanes).flatMap { lane in
      [lane.value] + lane.spread + (lane.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    let axis = Axis(values + (reference.map { [$0] } ?? []))
    func x(_ value: Double) -> Double? {
      axis.position(value).map { Self.inset + $0 * (100 - 2 * Self.inset) }
    }
    let height = rows.reduce(0) {
      $0 + Self.labelHeight + Double($1.lanes.count) * Self.lanePitch + Self.rowGap
    }
    var shapes = axis.ticks.flatMap { tick -> [HTML] in
      guard let x = x(tick), let position = axis.position(tick) else { return [] }
      let style = tick == reference ? "mark" : "grid"
      return [
        """
        <line class="\(style)" x1="\(at: x)%" x2="\(at: x)%" y1="0" y2="\(at: height)"/>
        """,
        Picture.text(
          axis.label(tick), x: x, y: height + 14, anchor: Picture.anchor(at: position),
          style: "axis"),
      ]
    }
    var y = 0.0
    for row in rows {
      shapes.append(
        Picture.label(row.label, y: y + 13, narrow: 22, wide: 60, style: "label halo"))
      shapes.append(
        Picture.text(row.text, x: 100, y: y + 13, anchor: .end, style: "figure halo"))
      y += Self.labelHeight
      for lane in row.lanes {
        shapes += marks(lane, y: y + Self.lanePitch / 2, x: x)
        y += Self.lanePitch
      }
      y += Self.rowGap
    }
    shapes.append(Picture.text(axisTitle, x: 100, y: height + 30, anchor: .end, style: "axis"))
    return Picture(
      id: id, title: title,
      description: rows.map { "\($0.label): \($0.text)" }.joined(separator: "; "),
      height: height + 36
    ).svg(shapes)
  }

  private func marks(_ lane: Lane, y: Double, x: (Double) -> Double?) -> [HTML] {
    var shapes: [HTML] = []
    if let interval = lane.interval, let low = x(interval.lowerBound),
      let high = x(interval.upperBound)
    {
      shapes.append(
        """
        <line class="interval" x1="\(at: low)%" x2="\(at: high)%" y1="\(at: y)" y2="\(at: y)"/>
        """)
    }
    shapes += lane.spread.compactMap(x).map { place -> HTML in
      """
      <circle class="dot small \(lane.tone.rawValue)" cx="\(at: place)%" cy="\(at: y)" r="2.5"/>
      """
    }
    if let place = x(lane.value) {
      shapes.append(
        """
        <circle class="dot \(lane.tone.rawValue)" cx="\(at: place)%" cy="\(at: y)" r="5"/>
        """)
    }
    return shapes
  }
}
