import Runs
import Streams

/// A text with places marked: in reverse video on a terminal, else as `[[rule: place]]`. Of a long
/// text it shows what is around the places.
struct MarkedText {
  struct Mark {
    /// Bytes of the text.
    var range: Range<Int>
    var rule: String
  }

  /// Places that overlap are one, with all their rules.
  private struct Place {
    var range: Range<Int>
    var rules: [String]
  }

  private let text: [UInt8]
  private let places: [Place]
  private let isColoured: Bool

  /// Texts up to this length are shown whole, in bytes.
  private static let wholeLength = 3_000
  /// Shown before and behind a place.
  private static let context = 160
  /// Of a longer place, its beginning and its end.
  private static let placeLength = 600
  private static let placesShown = 40
  private static let rulesShown = 2

  init(_ text: [UInt8], _ marks: [Mark], isColoured: Bool) {
    self.text = text
    self.isColoured = isColoured
    var places: [Place] = []
    for mark in marks.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      if let last = places.last, mark.range.lowerBound < last.range.upperBound {
        let end = max(last.range.upperBound, mark.range.upperBound)
        places[places.count - 1].range = last.range.lowerBound..<end
        if !last.rules.contains(mark.rule) { places[places.count - 1].rules.append(mark.rule) }
      } else {
        places.append(Place(range: mark.range, rules: [mark.rule]))
      }
    }
    self.places = places
  }

  /// The text, or what is around its places.
  var shown: String {
    var result = ""
    var at = 0
    var label = ""
    for (index, place) in places.enumerated() {
      if index == Self.placesShown {
        result += gap(at..<place.range.lowerBound)
        let left = places.count - index
        return result + "\n… and \(grouped(left)) more place\(left == 1 ? "" : "s")"
      }
      result += gap(at..<place.range.lowerBound)
      // Colours tell marks from text: names are repeated where they change.
      let rules = names(place.rules)
      result += marked(place.range, isColoured && rules == label ? "" : rules)
      label = rules
      at = place.range.upperBound
    }
    return result + gap(at..<text.count)
  }

  /// What is between two places: whole, or what is near them.
  private func gap(_ range: Range<Int>) -> String {
    if text.count <= Self.wholeLength || range.count <= 3 * Self.context { return plain(range) }
    let first = range.lowerBound == 0 ? 0 : Self.context
    let last = range.upperBound == text.count ? 0 : Self.context
    let note = skipped(range.count - first - last)
    return plain(range.lowerBound..<range.lowerBound + first)
      + (isColoured ? "\u{1B}[2m\(note)\u{1B}[0m" : note)
      + plain(range.upperBound - last..<range.upperBound)
  }

  private func names(_ rules: [String]) -> String {
    let left = rules.count - Self.rulesShown
    let names = rules.prefix(Self.rulesShown).joined(separator: ", ")
    return left > 0 ? "\(names) and \(left) more" : names
  }

  private func marked(_ range: Range<Int>, _ rules: String) -> String {
    var inside = plain(range)
    if range.count > Self.placeLength {
      let half = Self.placeLength / 2
      inside =
        plain(range.lowerBound..<range.lowerBound + half) + skipped(range.count - 2 * half)
        + plain(range.upperBound - half..<range.upperBound)
    }
    guard isColoured else { return "[[\(rules): \(inside)]]" }
    let name = rules.isEmpty ? "" : "\u{1B}[2;4m\(rules):\u{1B}[0m"
    // Line by line: a terminal would carry the colour to the end of each line.
    let lines = inside.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.isEmpty ? "" : "\u{1B}[7m\($0)\u{1B}[0m"
    }
    return name + lines.joined(separator: "\n")
  }

  private func skipped(_ byteCount: Int) -> String { " … \(grouped(byteCount)) bytes … " }

  /// The characters of a range, those that it cuts apart only where they begin in it.
  private func plain(_ range: Range<Int>) -> String {
    func boundary(_ at: Int) -> Int {
      var at = at
      while at < text.count, at < range.upperBound + 3, text[at] & 0xc0 == 0x80 { at += 1 }
      return at
    }
    let (start, end) = (boundary(range.lowerBound), boundary(range.upperBound))
    return start < end ? String(decoding: text[start..<end], as: UTF8.self).printable : ""
  }
}
