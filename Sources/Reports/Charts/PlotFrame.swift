/// The part of a picture that two axes span: from values to percentages of the width and to pixels
/// of the height, with the axes' marks around it.
struct PlotFrame: Sendable {
  var x: Axis
  var y: Axis
  var plotHeight: Double
  /// Percent of the width for the numbers of the vertical axis.
  var left = 11.0
  /// Percent of the width beside the plot, for labels.
  var right = 0.0
  var top = 8.0

  var bottom: Double { top + plotHeight }
  /// Of a picture with the horizontal axis and its title.
  var height: Double { bottom + 40 }
  /// The plot's right edge, in percent.
  var end: Double { 100 - right }

  func x(_ value: Double) -> Double? { x.position(value).map(percent) }

  func y(_ value: Double) -> Double? {
    y.position(value).map { top + (1 - $0) * plotHeight }
  }

  func percent(_ position: Double) -> Double { left + position * (end - left) }

  /// Lines across the plot at the marks of the vertical axis, and its numbers.
  func rows() -> [HTML] {
    y.ticks.flatMap { tick -> [HTML] in
      guard let place = y(tick) else { return [] }
      return [
        """
        <line class="grid" x1="\(at: left)%" x2="\(at: end)%" y1="\(at: place)" y2="\(at: place)"/>
        """,
        Picture.text(y.label(tick), x: left, y: place + 4, shift: -6, anchor: .end, style: "axis"),
      ]
    }
  }

  /// The marks of the horizontal axis with their numbers.
  func marks() -> [HTML] {
    x.ticks.flatMap { tick -> [HTML] in
      guard let position = x.position(tick) else { return [] }
      let place = percent(position)
      return [
        """
        <line class="tick" x1="\(at: place)%" x2="\(at: place)%" y1="\(at: bottom)" \
        y2="\(at: bottom + 4)"/>
        """,
        Picture.text(
          x.label(tick), x: place, y: bottom + 17,
          anchor: Picture.anchor(at: position), style: "axis"),
      ]
    }
  }

  /// The horizontal axis' title, below its numbers.
  func title(_ text: String) -> HTML {
    Picture.text(text, x: end, y: bottom + 33, anchor: .end, style: "axis")
  }

  /// A coordinate system that is stretched to the plot: 1000 wide, from the picture's top to the
  /// plot's bottom.
  func stretched(_ paths: [HTML]) -> HTML {
    """
    <svg x="\(at: left)%" y="0" width="\(at: end - left)%" height="\(at: bottom)" \
    viewBox="0 0 1000 \(at: bottom)" preserveAspectRatio="none">
    \(paths)
    </svg>
    """
  }

  /// A place in the stretched coordinate system.
  func stretched(_ x: Double, _ y: Double) -> HTML? {
    guard let x = self.x.position(x), let y = self.y(y) else { return nil }
    return "\(at: x * 1000),\(at: y)"
  }
}
