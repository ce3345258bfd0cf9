/// Lines of means, each inside the band from its lowest to its highest value. A line is told from
/// the others by its pattern and by the label at its end.
struct BandChart: Sendable {
  struct Point: Sendable, Equatable {
    var x: Double
    var low: Double
    var mean: Double
    var high: Double
  }

  struct Series: Sendable {
    var label: String
    var points: [Point]
    /// A thin line without band and label, where there are too many to tell apart.
    var isQuiet = false
  }

  /// Lines that can be told apart.
  static let distinctLines = 5

  var id: String
  var title: String
  var xTitle: String
  var series: [Series]
  var plotHeight = 170.0

  private static let labelPitch = 14.0
  /// Characters of a label beside the plot.
  private static let labelLength = 13

  func svg() -> HTML {
    let points = series.flatMap(\.points)
    let frame = PlotFrame(
      x: Axis(points.map(\.x) + [0], rounded: false, tickCount: 3),
      y: Axis(points.flatMap { [$0.low, $0.mean, $0.high] }), plotHeight: plotHeight, left: 15,
      right: 30)
    let clear = series.filter { !$0.isQuiet }
    let paths =
      series.filter(\.isQuiet).flatMap { lines($0.points, \.mean, "raw", frame) }
      + clear.enumerated().flatMap { index, line in
        band(line.points, index, frame)
          + lines(line.points, \.mean, "line line-\(index % Self.distinctLines)", frame)
      }
    let shapes =
      frame.rows() + frame.marks() + [frame.stretched(paths)] + labels(clear, frame)
      + [frame.title(xTitle)]
    return Picture(id: id, title: title, description: description, height: frame.height)
      .svg(shapes)
  }

  /// Values of the points in runs without a gap.
  private func runs(_ points: [Point], _ frame: PlotFrame) -> [[Point]] {
    points.reduce(into: [[]]) { runs, point in
      let values = [point.low, point.mean, point.high]
      if values.allSatisfy({ frame.stretched(point.x, $0) != nil }) {
        runs[runs.count - 1].append(point)
      } else if runs.last?.isEmpty == false {
        runs.append([])
      }
    }.filter { !$0.isEmpty }
  }

  private func lines(
    _ points: [Point], _ value: KeyPath<Point, Double>, _ style: String, _ frame: PlotFrame
  ) -> [HTML] {
    runs(points, frame).map { run in
      let places = run.compactMap { frame.stretched($0.x, $0[keyPath: value]) }
      return "<polyline class=\"\(style)\" points=\"\(places)\"/>"
    }
  }

  /// The area between the lowest and the highest value, and its edges.
  private func band(_ points: [Point], _ index: Int, _ frame: PlotFrame) -> [HTML] {
    let name = "line-\(index % Self.distinctLines)"
    let areas = runs(points, frame).filter { $0.contains { $0.low < $0.high } }
    return areas.flatMap { run -> [HTML] in
      let upper = run.compactMap { frame.stretched($0.x, $0.high) }
      let lower = run.reversed().compactMap { frame.stretched($0.x, $0.low) }
      return ["<polygon class=\"band \(name)\" points=\"\(upper + lower)\"/>"]
        + lines(run, \.low, "edge \(name)", frame) + lines(run, \.high, "edge \(name)", frame)
    }
  }

  /// Beside the plot, with a line to the end of each label's own one.
  private func labels(_ series: [Series], _ frame: PlotFrame) -> [HTML] {
    let ends = series.compactMap { line -> (label: String, x: Double, y: Double)? in
      guard let last = line.points.last(where: { frame.stretched($0.x, $0.mean) != nil }),
        let x = frame.x(last.x), let y = frame.y(last.mean)
      else { return nil }
      return (line.label, x, y)
    }
    let places = LabelPlacement.spread(
      ends.map(\.y), gap: Self.labelPitch, in: frame.top...frame.bottom)
    return zip(ends, places).flatMap { end, place -> [HTML] in
      [
        """
        <line class="lead" x1="\(at: end.x)%" y1="\(at: end.y)" x2="\(at: frame.end + 2.5)%" \
        y2="\(at: place)"/>
        """,
        Picture.text(
          PlainText.cut(PlainText.oneLine(end.label), to: Self.labelLength), x: frame.end + 3,
          y: place + 4, style: "label"),
      ]
    }
  }

  private var description: String {
    series.map { line in
      let finite = line.points.filter { $0.mean.isFinite }
      guard let first = finite.first, let last = finite.last else { return "\(line.label): empty" }
      return "\(line.label): from \(NumberText.trimmed(first.mean)) to "
        + "\(NumberText.trimmed(last.mean))"
    }.joined(separator: "; ")
  }
}
