/// Finds places for labels at which none covers another one.
enum LabelPlacement {
  /// Heights at least `gap` apart and as near as that allows to the wanted ones, in their order.
  ///
  /// Where the range has no room for all, the last ones leave it at its low end.
  static func spread(_ wanted: [Double], gap: Double, in range: ClosedRange<Double>) -> [Double] {
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    var places = wanted
    var least = range.lowerBound
    for index in order {
      places[index] = max(wanted[index], least)
      least = places[index] + gap
    }
    var most = range.upperBound
    for index in order.reversed() {
      places[index] = min(places[index], most)
      most = places[index] - gap
    }
    return places
  }

  /// A rectangle of a picture, in pixels.
  struct Box: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    func overlaps(_ other: Box) -> Bool {
      x < other.x + other.width && other.x < x + width && y < other.y + other.height
        && other.y < y + height
    }
  }

  /// The first of the candidates that covers nothing and lies within the range; nil where none does.
  static func free(_ candidates: [Box], among taken: [Box], in range: ClosedRange<Double>) -> Int? {
    candidates.firstIndex { box in
      box.x >= range.lowerBound && box.x + box.width <= range.upperBound && box.y >= 0
        && !taken.contains { $0.overlaps(box) }
    }
  }
}
