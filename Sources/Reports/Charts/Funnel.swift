/// What is left after each step: a thick bar for the bytes, a thin one for the documents, both as
/// shares of the first step.
struct Funnel: Sendable {
  struct Step: Sendable {
    var name: String
    var documents: Int
    var bytes: Int
    var tokens: Int?
  }

  var id: String
  var title: String
  var steps: [Step]

  private static let pitch = 62.0

  func svg() -> HTML {
    let largestBytes = steps.map(\.bytes).max() ?? 0
    let largestDocuments = steps.map(\.documents).max() ?? 0
    func width(_ part: Int, _ whole: Int) -> Double {
      whole > 0 && part > 0 ? Double(part) / Double(whole) * 100 : 0
    }
    let firstBytes = steps.first?.bytes ?? 0
    let shapes = steps.enumerated().flatMap { index, step -> [HTML] in
      let y = Double(index) * Self.pitch
      let share = NumberText.share(of: step.bytes, in: firstBytes)
      return [
        Picture.label(step.name, y: y + 13, narrow: 34, wide: 80),
        Picture.text(
          index == 0 ? share + " of bytes" : share, x: 100, y: y + 13, anchor: .end, style: "figure"
        ),
        """
        <rect class="bar second" x="0" y="\(at: y + 19)" \
        width="\(at: width(step.bytes, largestBytes))%" height="12"/>
        <rect class="thin" x="0" y="\(at: y + 33)" \
        width="\(at: width(step.documents, largestDocuments))%" height="3"/>
        """,
        Picture.text(step.amounts, x: 0, y: y + 50, style: "note"),
      ]
    }
    return Picture(
      id: id, title: title,
      description: steps.map { "\($0.name): \($0.amounts)" }.joined(separator: "; "),
      height: max(1, Double(steps.count) * Self.pitch - 8)
    ).svg(shapes)
  }
}

extension Funnel.Step {
  /// "1,234 documents · 5.67 MB · 1.2 M tokens"
  var amounts: String {
    var parts = [NumberText.count(documents, "document"), NumberText.bytes(bytes)]
    if let tokens { parts.append(NumberText.short(Double(tokens)) + " tokens") }
    return parts.joined(separator: " · ")
  }
}
