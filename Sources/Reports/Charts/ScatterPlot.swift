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
      + references(frame) + stair(frame)
      + (points.filter { $0.tone == .first } + points.filter { $0.tone == .second })
      .flatMap { marks($0, frame) } + labels(frame)
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
    let places = corners.compactMap { frame.stretched($0.x, $0.y) }
    if places.count < 2 { return [] }
    return [frame.stretched(["<polyline class=\"front\" points=\"\(places)\"/>"])]
  }

  /// The front's points from the left to the right, and the stair's corners between them.
  private var corners: [Place] {
    var corners: [Place] = []
    for place in front.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
      if let last = corners.last { corners.append(Place(x: place.x, y: last.y)) }
      corners.append(place)
    }
    return corners
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

  /// Labels that cover no dot and no other label; where there is room, no line either.
  private func labels(_ frame: PlotFrame) -> [HTML] {
    var taken = points.flatMap { point in
      ([point.place] + point.spread).compactMap { dot($0, point.spread.isEmpty ? 6 : 5, frame) }
    }
    let lines = stairs(frame)
    let range = frame.left / 100 * Self.narrowest...Self.narrowest
    return points.compactMap { point -> HTML? in
      guard let label = point.label, let x = frame.x(point.place.x),
        let y = frame.y(point.place.y)
      else { return nil }
      let candidates = Self.candidates(
        x: x / 100 * Self.narrowest, y: y, width: Double(label.count) * Self.characterWidth)
      let boxes = candidates.map(\.box)
      guard
        let index = LabelPlacement.free(boxes, among: taken + lines, in: range)
          ?? LabelPlacement.free(boxes, among: taken, in: range)
      else { return nil }
      taken.append(boxes[index])
      return Picture.text(
        label, x: x, y: boxes[index].y + 11, shift: candidates[index].shift,
        anchor: candidates[index].anchor, style: "label halo")
    }
  }

  private struct Candidate {
    var box: LabelPlacement.Box
    var shift: Double
    var anchor: Picture.Anchor
  }

  /// Around a dot: right, left, above, below, and the four corners between them.
  private static func candidates(x: Double, y: Double, width: Double) -> [Candidate] {
    func candidate(_ shift: Double, _ anchor: Picture.Anchor, _ top: Double) -> Candidate {
      let left = anchor == .start ? x + shift : anchor == .end ? x + shift - width : x - width / 2
      return Candidate(
        box: .init(x: left, y: y + top, width: width, height: labelHeight), shift: shift,
        anchor: anchor)
    }
    let (above, below, middle) = (-8 - labelHeight, 8.0, -labelHeight / 2)
    return [
      candidate(9, .start, middle), candidate(-9, .end, middle), candidate(0, .middle, above),
      candidate(0, .middle, below), candidate(5, .start, above), candidate(5, .start, below),
      candidate(-5, .end, above), candidate(-5, .end, below),
    ]
  }

  private func dot(_ place: Place, _ radius: Double, _ frame: PlotFrame) -> LabelPlacement.Box? {
    guard let x = frame.x(place.x), let y = frame.y(place.y) else { return nil }
    return .init(
      x: x / 100 * Self.narrowest - radius, y: y - radius, width: 2 * radius, height: 2 * radius)
  }

  /// What the stair covers.
  private func stairs(_ frame: PlotFrame) -> [LabelPlacement.Box] {
    let corners = corners.compactMap { place -> (x: Double, y: Double)? in
      guard let x = frame.x(place.x), let y = frame.y(place.y) else { return nil }
      return (x / 100 * Self.narrowest, y)
    }
    return zip(corners, corners.dropFirst()).map { first, second in
      .init(
        x: min(first.x, second.x) - 1, y: min(first.y, second.y) - 1,
        width: abs(first.x - second.x) + 2, height: abs(first.y - second.y) + 2)
    }
  }

  private var description: String {
    points.map { point in
      "\(point.name): \(NumberText.trimmed(point.place.x)), \(NumberText.trimmed(point.place.y))"
    }.joined(separator: "; ")
  }
}

extension ScatterPlot.Point {
  /// Hollow dots without a label or single values around them are the smaller ones.
  fileprivate var radius: Double { spread.isEmpty && label == nil && tone == .first ? 3.5 : 5 }
}
