import Foundation

/// A histogram whose bars are the steps between the thresholds to choose from, all of one width, so
/// that a slider below moves from bar to bar. Heights are logarithmic: a spread has most of its
/// documents in a few bars, and the ones near a threshold are few.
struct ThresholdHistogram: Sendable {
  struct Bar: Sendable {
    var documents: Int
    /// Of these, those that flip with the threshold: drawn solid, as their share of the bar.
    var free: Int
  }

  var id: String
  var title: String
  var bars: [Bar]
  /// Written between the bars, one fewer than there are of these.
  var edges: [String]
  /// Index into `edges`.
  var present: Int
  var failsBelow: Bool

  private static let left = 9.0
  private static let top = 20.0
  private static let plotHeight = 130.0
  private static let labelCount = 5

  private var bottom: Double { Self.top + Self.plotHeight }
  private var width: Double { (100 - Self.left) / Double(max(bars.count, 1)) }

  func svg() -> HTML {
    let most = max(1, bars.map(\.documents).max() ?? 0)
    let shapes =
      rows(most) + failing() + bars.indices.flatMap { self.bar($0, most) } + marks() + threshold()
    let description =
      "\(edges.indices.contains(present) ? edges[present] : "") is the present threshold; "
      + "the table below has the numbers"
    return Picture(
      id: id, title: title, description: description, height: bottom + 22
    ).svg(shapes)
  }

  /// Puts the ends of a slider over the first and the last edge: its thumb is about 16 pixels wide.
  var sliderStyle: HTML {
    """
    margin-left: calc(\(at: place(0))% - 8px); \
    width: calc(\(at: Double(max(0, edges.count - 1)) * width)% + 16px)
    """
  }

  /// The place of an edge, in percent of the width.
  private func place(_ edge: Int) -> Double { Self.left + Double(edge + 1) * width }

  private func height(_ documents: Int, _ most: Int) -> Double {
    log10(1 + Double(documents)) / log10(1 + Double(most)) * Self.plotHeight
  }

  /// Powers of ten, and no documents.
  private func rows(_ most: Int) -> [HTML] {
    var ticks = [0, 1]
    while let last = ticks.last, last <= most / 10 { ticks.append(last * 10) }
    // Every power where few, else each second or third.
    let step = max(1, (ticks.count - 1 + 3) / 4)
    let shown = [0] + stride(from: 1, to: ticks.count, by: step).map { ticks[$0] }
    return shown.flatMap { tick -> [HTML] in
      let y = bottom - height(tick, most)
      return [
        """
        <line class="grid" x1="\(at: Self.left)%" x2="100%" y1="\(at: y)" y2="\(at: y)"/>
        """,
        Picture.text(
          Self.powerOfTen(tick), x: Self.left, y: y + 4, shift: -6, anchor: .end,
          style: "axis"),
      ]
    }
  }

  /// "100", "10 k"
  private static func powerOfTen(_ number: Int) -> String {
    NumberText.short(Double(number)).replacingOccurrences(of: ".00", with: "")
      .replacingOccurrences(of: ".0", with: "")
  }

  /// The side of the threshold where documents fail.
  private func failing() -> [HTML] {
    let x = failsBelow ? Self.left : place(present)
    let end = failsBelow ? place(present) : 100
    return [
      """
      <rect class="failing" x="\(at: x)%" y="\(at: Self.top)" width="\(at: end - x)%" \
      height="\(at: Self.plotHeight)"/>
      """
    ]
  }

  private func bar(_ index: Int, _ most: Int) -> [HTML] {
    let bar = bars[index]
    guard bar.documents > 0 else { return [] }
    let whole = height(bar.documents, most)
    let solid = whole * Double(min(bar.free, bar.documents)) / Double(bar.documents)
    let x = Self.left + (Double(index) + 0.08) * width
    func rectangle(_ height: Double, _ style: String, _ mark: HTML = "") -> HTML {
      """
      <rect class="\(style)"\(mark) x="\(at: x)%" y="\(at: bottom - height)" \
      width="\(at: width * 0.84)%" height="\(at: height)"/>
      """
    }
    let free = rectangle(solid, "bar second", " data-bin=\"\(String(index))\"")
    return [rectangle(whole, "bar first")] + (bar.free > 0 ? [free] : [])
  }

  /// Some of the thresholds, below the bars.
  private func marks() -> [HTML] {
    let step = max(1, (edges.count + Self.labelCount - 1) / Self.labelCount)
    return stride(from: step / 2, to: edges.count, by: step).flatMap { edge -> [HTML] in
      let x = place(edge)
      return [
        """
        <line class="tick" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: bottom)" y2="\(at: bottom + 4)"/>
        """,
        Picture.text(
          edges[edge], x: x, y: bottom + 17, anchor: Picture.anchor(at: x / 100), style: "axis"),
      ]
    }
  }

  /// The present threshold, and the line that a slider moves away from it.
  private func threshold() -> [HTML] {
    guard edges.indices.contains(present) else { return [] }
    let x = place(present)
    return [
      """
      <line class="mark" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: Self.top - 4)" \
      y2="\(at: bottom)"/>
      """,
      """
      <line class="moved" data-line="" x1="\(at: x)%" x2="\(at: x)%" y1="\(at: Self.top - 4)" \
      y2="\(at: bottom)" data-left="\(at: place(-1))" data-width="\(String(width))"/>
      """,
      Picture.text(
        "now \(edges[present])", x: x, y: Self.top - 8, anchor: Picture.anchor(at: x / 100),
        style: "note"),
    ]
  }
}
