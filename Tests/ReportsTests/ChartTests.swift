import Foundation
import Testing

@testable import Reports

@Suite struct ChartTests {
  /// The values of an attribute, in order.
  private func values(_ attribute: String, of element: String, in svg: String) -> [String] {
    svg.components(separatedBy: "<\(element) ").dropFirst().compactMap { rest in
      guard let start = rest.range(of: "\(attribute)=\"") else { return nil }
      return rest[start.upperBound...].components(separatedBy: "\"").first
    }
  }

  @Test("bars are as long as their values, the longest 58% of the width")
  func barLengths() {
    let chart = BarChart(
      id: "c", title: "Bars",
      rows: [
        .init(label: "a", bars: [.init(10, part: 5, text: "ten")]),
        .init(label: "b", bars: [.init(0, text: "none")]),
      ])
    let svg = chart.svg().text
    #expect(values("width", of: "rect", in: svg) == ["58%", "29%", "0%"])
    #expect(svg.contains(">ten<") && svg.contains(">none<"))
  }

  @Test(
    "bars of values that are negative, infinite or not numbers have no length",
    arguments: [-1.0, .nan, .infinity, -.infinity])
  func barWithoutLength(value: Double) {
    let chart = BarChart(
      id: "c", title: "t", rows: [.init(label: "a", bars: [.init(value, text: "x")])])
    #expect(values("width", of: "rect", in: chart.svg().text) == ["0%"])
  }

  @Test("every chart has a title and a description that its picture is labelled by")
  func accessible() {
    let charts: [HTML] = [
      BarChart(id: "one", title: "Title", rows: []).svg(),
      Funnel(id: "one", title: "Title", steps: []).svg(),
      LineChart(id: "one", title: "Title", xTitle: "x", series: []).svg(),
      DotPlot(id: "one", title: "Title", rows: [], axisTitle: "x").svg(),
      BandChart(id: "one", title: "Title", xTitle: "x", series: []).svg(),
      ScatterPlot(id: "one", title: "Title", xTitle: "x", yTitle: "y", points: []).svg(),
    ]
    for chart in charts {
      #expect(chart.text.contains("role=\"img\" aria-labelledby=\"one-title one-description\""))
      #expect(chart.text.contains("<title id=\"one-title\">Title</title>"))
      #expect(chart.text.contains("<desc id=\"one-description\">"))
    }
  }

  @Test("the funnel's bars are shares of the largest step, and name all amounts")
  func funnel() {
    let svg = Funnel(
      id: "f", title: "t",
      steps: [
        .init(name: "raw", documents: 200, bytes: 4_000_000, tokens: nil),
        .init(name: "kept", documents: 50, bytes: 3_000_000, tokens: 750_000),
      ]
    ).svg().text
    #expect(values("width", of: "rect", in: svg) == ["100%", "100%", "75%", "25%"])
    #expect(svg.contains("50 documents · 3.00 MB · 750 k tokens"))
  }

  @Test("a funnel of nothing has bars without length and no share")
  func emptyFunnel() {
    let svg = Funnel(
      id: "f", title: "t", steps: [.init(name: "raw", documents: 0, bytes: 0, tokens: 0)]
    ).svg().text
    #expect(values("width", of: "rect", in: svg) == ["0%", "0%"])
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test("a line is broken where a point is not a number")
  func brokenLine() {
    let chart = LineChart(
      id: "l", title: "t", xTitle: "x",
      series: [
        .init(
          label: "s",
          points: [1, 2, .nan, 4, 5].enumerated().map { .init(x: Double($0), y: $1) })
      ], isSmoothed: false)
    let svg = chart.svg().text
    #expect(values("points", of: "polyline", in: svg).count == 2)
    #expect(!svg.contains("nan"))
  }

  @Test("smoothing keeps a straight line, its ends and its length")
  func smoothing() throws {
    let points = (0..<300).map { LineChart.Point(x: Double($0), y: Double($0) * 2) }
    let smoothed = LineChart.smoothed(points)
    #expect(smoothed.count == 300)
    for (before, after) in zip(points, smoothed) { #expect(abs(before.y - after.y) < 1e-9) }
  }

  @Test("thinning a long line keeps its single spike")
  func spike() {
    var points = (0..<100_000).map { LineChart.Point(x: Double($0), y: 1) }
    points[77_123].y = 9
    let thinned = LineChart.thinned(points, to: 500)
    #expect(thinned.count == 1000)
    #expect(thinned.contains(LineChart.Point(x: 77_123, y: 9)))
  }

  @Test("a dot plot shows each value of the spread, the value and its interval")
  func dots() {
    let svg = DotPlot(
      id: "d", title: "t",
      rows: [
        .init(
          label: "code", text: "1.0",
          lanes: [.init(value: 1, spread: [0.9, 1.1, .nan], interval: 0.8...1.2, tone: .second)])
      ], axisTitle: "x"
    ).svg().text
    #expect(values("cx", of: "circle", in: svg).count == 3)
    #expect(svg.contains("class=\"interval\""))
  }

  @Test("labels that are too long are cut with a sign, and whole in the description")
  func longLabels() {
    let name = String(repeating: "long ", count: 30)
    let svg = BarChart(id: "c", title: "t", rows: [.init(label: name, bars: [])]).svg().text
    #expect(svg.contains("…</text>"))
    #expect(svg.contains(name))
  }

  @Test("a band reaches from the lowest to the highest value, and a gap ends it")
  func band() {
    let points = [1.0, 2, .nan, 4, 5].enumerated().map { index, mean in
      BandChart.Point(x: Double(index), low: mean - 0.5, mean: mean, high: mean + 0.5)
    }
    let svg = BandChart(
      id: "b", title: "t", xTitle: "x",
      series: [
        .init(label: "one", points: points),
        .init(label: "two", points: points.map { .init(x: $0.x, low: 3, mean: 3, high: 3) }),
        .init(label: "quiet", points: points, isQuiet: true),
      ]
    ).svg().text
    #expect(values("points", of: "polygon", in: svg).count == 2)
    #expect(
      values("points", of: "polygon", in: svg)[0].split(whereSeparator: \.isWhitespace).count == 4)
    #expect(svg.contains(">one<") && svg.contains(">two<") && !svg.contains(">quiet</text>"))
    #expect(svg.contains("class=\"line line-0\"") && svg.contains("class=\"line line-1\""))
    #expect(svg.contains("class=\"raw\""))
  }

  @Test("a scatter plot's labels do not cover one another, and those without room are left out")
  func scatterLabels() {
    let points = (0..<30).map { index in
      ScatterPlot.Point(
        place: .init(x: Double(index % 10), y: Double(index / 10)), bar: 0...1,
        label: "label \(index)",
        name: "dot \(index)", tone: .first)
    }
    let svg = ScatterPlot(
      id: "s", title: "t", xTitle: "x", yTitle: "y", points: points, xReference: 0,
      front: [.init(x: 0, y: 2), .init(x: 2, y: 1), .init(x: 4, y: 0)]
    ).svg().text
    #expect(values("r", of: "circle", in: svg).count == 30)
    let shown = svg.components(separatedBy: ">label ").count - 1
    #expect(shown > 5 && shown < 30)
    #expect(svg.contains("<title>dot 29</title>"))
    #expect(values("class", of: "polyline", in: svg) == ["front"])
    let boxes = [LabelPlacement.Box(x: 0, y: 0, width: 10, height: 10)]
    let candidates = [
      LabelPlacement.Box(x: 5, y: 5, width: 10, height: 10),
      LabelPlacement.Box(x: -1, y: 20, width: 10, height: 10),
      LabelPlacement.Box(x: 10, y: 0, width: 10, height: 10),
    ]
    #expect(LabelPlacement.free(candidates, among: boxes, in: 0...20) == 2)
    #expect(LabelPlacement.free(candidates, among: boxes, in: 0...19) == nil)
  }
}
