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

  /// Points a line keeps: more than a screen can show.
  private static let resolution = 500

  func svg() -> HTML {
    let points = series.flatMap(\.points)
    let frame = PlotFrame(
      x: Axis(points.map(\.x) + [0], scale: scale, rounded: false),
      y: Axis(points.map(\.y) + (startsAtZero ? [0] : []), tickCount: yTickCount),
      plotHeight: plotHeight)
    var shapes = frame.rows() + frame.marks()
    for mark in marks {
      guard let position = frame.x.position(mark.x), (0...1).contains(position) else { continue }
      let x = frame.percent(position)
      shapes.append(
        """
        <line class="mark" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: frame.top)" \
        y2="\(at: frame.bottom)"/>
        """)
      shapes.append(
        Picture.text(
          PlainText.cut(PlainText.oneLine(mark.label), to: 24), x: x, y: frame.top + 10,
          shift: position > 0.5 ? -5 : 5, anchor: position > 0.5 ? .end : .start, style: "note"))
    }
    shapes.append(frame.stretched(lines(frame)))
    if isSmoothed { shapes += series.compactMap { endLabel($0, frame) } }
    shapes.append(frame.title(xTitle))
    return Picture(id: id, title: title, description: description, height: frame.height)
      .svg(shapes)
  }

  private func lines(_ frame: PlotFrame) -> [HTML] {
    var paths: [HTML] = []
    for (index, line) in series.enumerated() {
      let raw = Self.thinned(line.points, to: Self.resolution)
      let style = isSmoothed ? "raw" : "line"
      paths += polylines(raw, frame).map {
        "<polyline class=\"\(style) line-\(String(index % 4))\" points=\"\($0)\"/>"
      }
    }
    if isSmoothed {
      for (index, line) in series.enumerated() {
        paths += polylines(Self.smoothed(line.points), frame).map {
          "<polyline class=\"line line-\(String(index % 4))\" points=\"\($0)\"/>"
        }
      }
    }
    return paths
  }

  /// One list of coordinates for each run of points that have a place.
  private func polylines(_ points: [Point], _ frame: PlotFrame) -> [HTML] {
    var runs: [[HTML]] = [[]]
    for point in points {
      guard let place = frame.stretched(point.x, point.y) else {
        if runs.last?.isEmpty == false { runs.append([]) }
        continue
      }
      runs[runs.count - 1].append(place)
    }
    return runs.filter { !$0.isEmpty }.map { "\($0)" }
  }

  private func endLabel(_ line: Series, _ frame: PlotFrame) -> HTML? {
    guard let last = Self.smoothed(line.points).last(where: { $0.y.isFinite }),
      let x = frame.x(last.x), let y = frame.y(last.y)
    else { return nil }
    let text = "\(PlainText.cut(line.label, to: 18)) \(NumberText.rounded(last.y, 3))"
    return Picture.text(
      text, x: x, y: min(y + 18, frame.bottom - 4), shift: -2, anchor: .end, style: "label halo")
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
