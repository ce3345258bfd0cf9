/// Points over two axes: a large dot for a mean, small ones for what it is the mean of, a bar for the
/// range of its height, a label where there is room.
struct ScatterPlot: Sendable {
  struct Place: Sendable, Equatable {
    var x: Double
    var y: Double
  }

  struct Point: Sendable {
    var place: Place
    /// Single values around the point.
    var spread: [Place] = []
    /// From the lowest to the highest value at the point's `x`.
    var bar: ClosedRange<Double>?
    var label: String?
    /// Shown by a browser where the pointer rests on the dot.
    var name: String
    /// Outlined for the first, filled for the second.
    var tone: Tone
  }

  var id: String
  var title: String
  var xTitle: String
  /// Stands above the vertical axis.
  var yTitle: String
  var points: [Point]
  /// Lines to compare with, such as 0.
  var xReference: Double?
  var yReference: Double?
  /// A stair through points of which none is lower and further left than another.
  var front: [Place] = []
  /// Numbers that the horizontal axis holds at least.
  var xValues: [Double] = []
  var plotHeight = 220.0
  var left = 11.0

  /// The narrowest picture, in pixels: labels that are apart there are apart in a wider one.
  private static let narrowest = 300.0
  private static let characterWidth = 7.0
  private static let labelHeight = 14.0

  func svg() -> HTML {
    let xs = points.flatMap { [$0.place.x] + $0.spread.map(\.x) }
    let ys = points.flatMap { point in
      [point.place.y] + point.spread.map(\.y)
        + (point.bar.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    let frame = PlotFrame(
      x: Axis(xs + xValues + (xReference.map { [$0] } ?? []), tickCount: 4),
      y: Axis(ys + (yReference.map { [$0] } ?? [])), plotHeight: plotHeight, left: left, right: 4,
      top: 24)
    let shapes =
      [Picture.text(yTitle, x: 0, y: 12, style: "axis")] + frame.rows() + frame.marks()
      + references(frame) + stair(frame) + points.flatMap { marks($0, frame) } + labels(frame)
      + [frame.title(xTitle)]
    return Picture(id: id, title: title, description: description, height: frame.height)
      .svg(shapes)
  }

  private func references(_ frame: PlotFrame) -> [HTML] {
    var lines: [HTML] = []
    if let x = xReference.flatMap(frame.x) {
      lines.append(
        """
        <line class="mark" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: frame.top)" \
        y2="\(at: frame.bottom)"/>
        """)
    }
    if let y = yReference.flatMap(frame.y) {
      lines.append(
        """
        <line class="mark" x1="\(at: frame.left)%" x2="\(at: frame.end)%" y1="\(at: y)" \
        y2="\(at: y)"/>
        """)
    }
    return lines
  }

  private func stair(_ frame: PlotFrame) -> [HTML] {
    let ordered = front.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    if ordered.count < 2 { return [] }
    var places: [HTML] = []
    for (index, place) in ordered.enumerated() {
      if index > 0, let corner = frame.stretched(place.x, ordered[index - 1].y) {
        places.append(corner)
      }
      if let point = frame.stretched(place.x, place.y) { places.append(point) }
    }
    return [frame.stretched(["<polyline class=\"front\" points=\"\(places)\"/>"])]
  }

  private func marks(_ point: Point, _ frame: PlotFrame) -> [HTML] {
    guard let x = frame.x(point.place.x), let y = frame.y(point.place.y) else { return [] }
    let tone = point.tone.rawValue
    var shapes: [HTML] = []
    if let bar = point.bar, let low = frame.y(bar.lowerBound), let high = frame.y(bar.upperBound) {
      shapes.append(
        """
        <line class="interval" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: low)" y2="\(at: high)"/>
        """)
    }
    shapes += point.spread.compactMap { place -> HTML? in
      guard let x = frame.x(place.x), let y = frame.y(place.y) else { return nil }
      return "<circle class=\"dot small \(tone)\" cx=\"\(at: x)%\" cy=\"\(at: y)\" r=\"2.5\"/>"
    }
    shapes.append(
      """
      <circle class="dot \(tone)" cx="\(at: x)%" cy="\(at: y)" r="\(at: point.radius)">\
      <title>\(point.name)</title></circle>
      """)
    return shapes
  }

  private func labels(_ frame: PlotFrame) -> [HTML] {
    var taken = points.compactMap { dot($0.place, frame) }
    return points.compactMap { point -> HTML? in
      guard let label = point.label, let x = frame.x(point.place.x),
        let y = frame.y(point.place.y)
      else { return nil }
      let width = Double(label.count) * Self.characterWidth
      let middle = x / 100 * Self.narrowest
      let height = Self.labelHeight
      let candidates: [(x: Double, y: Double, shift: Double, anchor: Picture.Anchor)] = [
        (middle + 9, y - height / 2, 9, .start), (middle - 9 - width, y - height / 2, -9, .end),
        (middle - width / 2, y - 8 - height, 0, .middle), (middle - width / 2, y + 8, 0, .middle),
      ]
      let boxes = candidates.map {
        LabelPlacement.Box(x: $0.x, y: $0.y, width: width, height: height)
      }
      guard let index = LabelPlacement.free(boxes, among: taken, width: Self.narrowest) else {
        return nil
      }
      taken.append(boxes[index])
      return Picture.text(
        label, x: x, y: candidates[index].y + 11, shift: candidates[index].shift,
        anchor: candidates[index].anchor, style: "label halo")
    }
  }

  /// What a large dot covers.
  private func dot(_ place: Place, _ frame: PlotFrame) -> LabelPlacement.Box? {
    guard let x = frame.x(place.x), let y = frame.y(place.y) else { return nil }
    let radius = 6.0
    return .init(
      x: x / 100 * Self.narrowest - radius, y: y - radius, width: 2 * radius, height: 2 * radius)
  }

  private var description: String {
    points.map { point in
      "\(point.name): \(NumberText.trimmed(point.place.x)), \(NumberText.trimmed(point.place.y))"
    }.joined(separator: "; ")
  }
}

extension ScatterPlot.Point {
  /// Points with single values around them, or a label, are the larger ones.
  fileprivate var radius: Double { spread.isEmpty && label == nil ? 3.5 : 5 }
}
