/// Compares windows of a text with the sketches of parts. Owns its scratch memory.
final class WindowSketches {
  struct Match {
    var sequence: UInt32
    var words: Range<Int>
    var similarity: Double
  }

  private let sketches: PartSketches
  private var sketcher: WindowSketcher

  init(_ sketches: PartSketches) {
    self.sketches = sketches
    sketcher = WindowSketcher(sketches.plan)
  }

  /// Whether a sequence is compared by its shingles.
  func covers(_ sequence: UInt32) -> Bool { sketches.sets[sequence] != nil }

  /// Places whose similarity to a sequence reaches the threshold: of places that overlap the best, of
  /// equally good ones the first.
  func matches(_ text: FoldedWords) -> [Match] {
    let words = UnsafeBufferPointer(rebasing: text.hashes[..<text.count])
    var best: [UInt32: [Match]] = [:]
    for size in sketches.sizes {
      let step = max(1, size.words / 4)
      var start = 0
      while start == 0 || start + size.words - step < words.count {
        let window = start..<min(start + size.words, words.count)
        if window.count < PartSketches.leastWords { break }
        sketcher.read(UnsafeBufferPointer(rebasing: words[window]))
        var candidates: Set<UInt32> = []
        for (band, hash) in sketcher.bands.enumerated() {
          candidates.formUnion(size.bands[band][hash] ?? [])
        }
        for sequence in candidates.sorted() {
          guard let match = aligned(sequence, near: start, step, words) else { continue }
          add(match, to: &best[sequence, default: []])
        }
        start += step
      }
    }
    return best.keys.sorted().flatMap { best[$0] ?? [] }
  }

  private func add(_ match: Match, to places: inout [Match]) {
    let rivals = places.filter { $0.words.overlaps(match.words) }
    if rivals.contains(where: { $0.similarity >= match.similarity }) { return }
    places.removeAll { $0.words.overlaps(match.words) }
    places.append(match)
  }

  /// The best place of a sequence's size near the start of a window.
  private func aligned(
    _ sequence: UInt32, near start: Int, _ step: Int, _ words: UnsafeBufferPointer<UInt64>
  ) -> Match? {
    guard let set = sketches.sets[sequence] else { return nil }
    // One shingle less than words; repeats make a set smaller, and the window is as long as its part.
    let length = set.count + PartSketches.shingleWords - 1
    var best: Match?
    let first = max(0, start - step)
    let last = max(first, min(start + step, words.count - length))
    for place in stride(from: first, through: last, by: max(1, step / 8)) {
      let window = place..<min(place + length, words.count)
      let other = sketcher.set(of: UnsafeBufferPointer(rebasing: words[window]))
      guard let similarity = set.similarity(to: other, atLeast: sketches.threshold) else {
        continue
      }
      if similarity > best?.similarity ?? 0 {
        best = Match(sequence: sequence, words: window, similarity: similarity)
      }
    }
    return best
  }
}
