/// An SVG that is as wide as the page allows while its type keeps its size: horizontal places are
/// percentages, vertical ones pixels. Its title and description say to everyone what it shows.
struct Picture {
  /// Unique in the page.
  var id: String
  var title: String
  var description: String
  var height: Double

  func svg(_ content: [HTML]) -> HTML {
    """
    <svg class="chart" role="img" aria-labelledby="\(id)-title \(id)-description" \
    width="100%" height="\(at: height)" xmlns="http://www.w3.org/2000/svg">
    <title id="\(id)-title">\(title)</title>
    <desc id="\(id)-description">\(description)</desc>
    \(content)
    </svg>
    """
  }

  /// Text at a percentage of the width.
  static func text(
    _ text: String, x: Double, y: Double, shift: Double = 0, anchor: Anchor = .start,
    style: String = "label"
  ) -> HTML {
    """
    <text class="\(style)" x="\(at: x)%" dx="\(at: shift)" y="\(at: y)" \
    text-anchor="\(anchor.rawValue)">\(text)</text>
    """
  }

  /// A label at the left edge, cut to what a phone shows or to what a wide page shows.
  static func label(_ label: String, y: Double, narrow: Int, wide: Int, style: String = "label")
    -> HTML
  {
    let line = PlainText.oneLine(label)
    let short = PlainText.cut(line, to: narrow)
    if short == line { return text(line, x: 0, y: y, style: style) }
    let long = PlainText.cut(line, to: wide)
    return """
      \(text(short, x: 0, y: y, style: style + " narrow"))
      \(text(long, x: 0, y: y, style: style + " wide"))
      """
  }

  enum Anchor: String { case start, middle, end }

  /// The anchor that keeps a tick's label inside the picture.
  static func anchor(at position: Double) -> Anchor {
    position < 0.05 ? .start : position > 0.95 ? .end : .middle
  }
}

/// What a mark stands for. Each tone differs in fill and outline, not in colour alone.
enum Tone: String, Sendable {
  /// The earlier or planned one: outlined.
  case first
  /// The later or realised one: filled.
  case second
}
