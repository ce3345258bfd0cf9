/// Lines over a common horizontal axis: for each series its raw points, thin, and a smoothed line.
struct LineChart: Sendable {
  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
  }

  struct Series: Sendable {
    /// Written below the end of the line.
    var label: String
    var points: [Point]
  }

  /// A vertical line where something begins.
  struct Mark: Sendable {
    var x: Double
    var label: String
  }

  var id: String
  var title: String
  var xTitle: String
  var series: [Series]
  var marks: [Mark] = []
  var scale = Axis.Scale.linear
  /// A smoothed line over the raw one; without it, the raw one alone.
  var isSmoothed = true
  /// 0 belongs to the vertical axis.
  var startsAtZero = false
  var plotHeight = 240.0
  var yTickCount = 5

  /// Percent of the width for the numbers of the vertical axis.
  private static let inset = 11.0
  /// Points a line keeps: more than a screen can show.
  private static let resolution = 500
  private static let top = 8.0

  func svg() -> HTML {
    let points = series.flatMap(\.points)
    let xAxis = Axis(points.map(\.x) + [0], scale: scale, rounded: false)
    let yAxis = Axis(points.map(\.y) + (startsAtZero ? [0] : []), tickCount: yTickCount)
    let bottom = Self.top + plotHeight
    var shapes = yAxis.ticks.flatMap { horizontal($0, yAxis) }
    for tick in xAxis.ticks {
      guard let position = xAxis.position(tick) else { continue }
      let x = Self.percent(position)
      shapes.append(
        """
        <line class="tick" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: bottom)" y2="\(at: bottom + 4)"/>
        """)
      shapes.append(
        Picture.text(
          xAxis.label(tick), x: x, y: bottom + 17, anchor: Picture.anchor(at: position),
          style: "axis"))
    }
    for mark in marks {
      guard let position = xAxis.position(mark.x), (0...1).contains(position) else { continue }
      let x = Self.percent(position)
      shapes.append(
        """
        <line class="mark" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: Self.top)" y2="\(at: bottom)"/>
        """)
      shapes.append(
        Picture.text(
          PlainText.cut(PlainText.oneLine(mark.label), to: 24), x: x, y: Self.top + 10,
          shift: position > 0.5 ? -5 : 5, anchor: position > 0.5 ? .end : .start, style: "note"))
    }
    shapes.append(lines(xAxis, yAxis))
    if isSmoothed { shapes += series.compactMap { endLabel($0, xAxis, yAxis) } }
    shapes.append(Picture.text(xTitle, x: 100, y: bottom + 33, anchor: .end, style: "axis"))
    return Picture(id: id, title: title, description: description, height: bottom + 40).svg(shapes)
  }

  private static func percent(_ position: Double) -> Double { inset + position * (100 - inset) }

  private func y(_ value: Double, _ axis: Axis) -> Double? {
    axis.position(value).map { Self.top + (1 - $0) * plotHeight }
  }

  private func horizontal(_ tick: Double, _ axis: Axis) -> [HTML] {
    guard let y = y(tick, axis) else { return [] }
    return [
      """
      <line class="grid" x1="\(at: Self.inset)%" x2="100%" y1="\(at: y)" y2="\(at: y)"/>
      """,
      Picture.text(
        axis.label(tick), x: Self.inset, y: y + 4, shift: -6, anchor: .end, style: "axis"),
    ]
  }

  /// The lines live in an own coordinate system that is stretched to the page's width.
  private func lines(_ xAxis: Axis, _ yAxis: Axis) -> HTML {
    var paths: [HTML] = []
    for (index, line) in series.enumerated() {
      let raw = Self.thinned(line.points, to: Self.resolution)
      let style = isSmoothed ? "raw" : "line"
      paths += polylines(raw, xAxis, yAxis).map {
        "<polyline class=\"\(style) line-\(String(index % 4))\" points=\"\($0)\"/>"
      }
    }
    if isSmoothed {
      for (index, line) in series.enumerated() {
        paths += polylines(Self.smoothed(line.points), xAxis, yAxis).map {
          "<polyline class=\"line line-\(String(index % 4))\" points=\"\($0)\"/>"
        }
      }
    }
    return """
      <svg x="\(at: Self.inset)%" y="0" width="\(at: 100 - Self.inset)%" \
      height="\(at: Self.top + plotHeight)" viewBox="0 0 1000 \(at: Self.top + plotHeight)" \
      preserveAspectRatio="none">
      \(paths)
      </svg>
      """
  }

  /// One list of coordinates for each run of points that have a place.
  private func polylines(_ points: [Point], _ xAxis: Axis, _ yAxis: Axis) -> [HTML] {
    var runs: [[HTML]] = [[]]
    for point in points {
      guard let x = xAxis.position(point.x), let y = y(point.y, yAxis) else {
        if runs.last?.isEmpty == false { runs.append([]) }
        continue
      }
      runs[runs.count - 1].append("\(at: x * 1000),\(at: y)")
    }
    return runs.filter { !$0.isEmpty }.map { "\($0)" }
  }

  private func endLabel(_ line: Series, _ xAxis: Axis, _ yAxis: Axis) -> HTML? {
    guard let last = Self.smoothed(line.points).last(where: { $0.y.isFinite }),
      let position = xAxis.position(last.x), let y = y(last.y, yAxis)
    else { return nil }
    let text = "\(PlainText.cut(line.label, to: 18)) \(NumberText.rounded(last.y, 3))"
    return Picture.text(
      text, x: Self.percent(position), y: min(y + 18, Self.top + plotHeight - 4), shift: -2,
      anchor: .end, style: "label halo")
  }

  private var description: String {
    series.map { line in
      let finite = line.points.filter { $0.y.isFinite }
      guard let first = finite.first, let last = finite.last else { return "\(line.label): empty" }
      return "\(line.label): from \(NumberText.trimmed(first.y)) to \(NumberText.trimmed(last.y)) "
        + "over \(NumberText.count(line.points.count, "point"))"
    }.joined(separator: "; ")
  }

  /// The mean of a fiftieth of the points around each, at most `resolution` of them. Points that are
  /// not numbers are left out.
  static func smoothed(_ points: [Point]) -> [Point] {
    let finite = points.filter { $0.y.isFinite }
    let half = finite.count / 100
    let stride = max(1, finite.count / resolution)
    var sums = [0.0]
    sums.reserveCapacity(finite.count + 1)
    for point in finite { sums.append((sums.last ?? 0) + point.y) }
    return finite.indices.filter { $0 % stride == 0 || $0 == finite.count - 1 }.map { index in
      let reach = min(half, index, finite.count - 1 - index)
      let mean = (sums[index + reach + 1] - sums[index - reach]) / Double(2 * reach + 1)
      return Point(x: finite[index].x, y: mean)
    }
  }

  /// The lowest and the highest point of each of `count` slices: spikes survive.
  static func thinned(_ points: [Point], to count: Int) -> [Point] {
    guard points.count > 2 * count else { return points }
    return (0..<count).flatMap { slice -> [Point] in
      let part = points[points.count * slice / count..<points.count * (slice + 1) / count]
      guard let low = part.min(by: { $0.y < $1.y }), let high = part.max(by: { $0.y < $1.y })
      else { return [] }
      return low.x <= high.x ? [low, high] : [high, low]
    }
  }
}
