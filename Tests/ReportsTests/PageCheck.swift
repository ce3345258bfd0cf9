import Testing

@testable import Reports

/// What every page must keep, whatever it shows.
enum PageCheck {
  /// Tags are closed in the order in which they were opened, ids are unique, no number is broken.
  static func expectWellFormed(
    _ page: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let empty: Set = ["meta", "br", "rect", "line", "circle", "polyline", "polygon", "input"]
    // The one script that a page may have.
    let page = page.replacing(ThresholdScript.element.text, with: "", maxReplacements: 1)
    var open: [Substring] = []
    for match in page.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) {
      let name = match.output.2
      if empty.contains(String(name)) { continue }
      if match.output.1.isEmpty {
        open.append(name)
      } else {
        #expect(open.popLast() == name, sourceLocation: sourceLocation)
      }
    }
    #expect(open.isEmpty, sourceLocation: sourceLocation)
    let ids = page.matches(of: /\sid="([^"]*)"/).map(\.output.1)
    #expect(Set(ids).count == ids.count, sourceLocation: sourceLocation)
    for sign in ["nan%", "inf%", "NaN", "\"nan", "\"inf", "Optional(", "<script"] {
      #expect(!page.contains(sign), "\(sign) is in the page", sourceLocation: sourceLocation)
    }
  }
}
