import Runs

/// Of frequent parts of texts those of different passages: windows of one passage that are shifted
/// against each other, or that follow each other in it, stand for it by the most frequent one.
struct RepeatedPassages {
  /// A part with its text, of which the end may be missing.
  struct Part {
    var repeated: SpanOutput.Repeated
    var text: String
  }

  /// Windows of one passage share so many bytes at least.
  private static let leastOverlap = 12

  private struct Member {
    var part: Part
    var bytes: [UInt8]
  }

  private var passages: [[Member]] = []
  /// How many passages are wanted.
  private let wanted: Int

  /// - Parameter parts: in order, the most frequent first.
  init(_ parts: [Part], wanted: Int) {
    self.wanted = wanted
    for part in parts {
      let member = Member(part: part, bytes: Array(part.text.utf8))
      if let passage = passages.firstIndex(where: { $0.contains { Self.belong(member, $0) } }) {
        passages[passage].append(member)
      } else if passages.count < wanted {
        passages.append([member])
      }
    }
  }

  /// The most frequent part of each passage, in order.
  var first: [Part] { passages.compactMap { $0.first?.part } }

  private static func belong(_ a: Member, _ b: Member) -> Bool {
    follow(a.part.repeated, b.part.repeated) || overlap(a.bytes, b.bytes)
      || overlap(b.bytes, a.bytes)
  }

  /// Whether one begins where the other ends, or before, and they stand in about as many places.
  private static func follow(_ a: SpanOutput.Repeated, _ b: SpanOutput.Repeated) -> Bool {
    guard a.place.task == b.place.task, a.place.ordinal == b.place.ordinal,
      min(a.copies, b.copies) * 2 >= max(a.copies, b.copies)
    else { return false }
    let (first, second) = a.place.start <= b.place.start ? (a.place, b.place) : (b.place, a.place)
    return second.start <= first.start + first.length
  }

  /// Whether `b` begins inside `a` and goes on as `a` does, to the end of one of them.
  private static func overlap(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard let first = b.first else { return false }
    let least = min(max(leastOverlap, min(a.count, b.count) / 8), min(a.count, b.count))
    for start in a.indices where a[start] == first && a.count - start >= least {
      let shared = min(a.count - start, b.count)
      if shared >= least, a[start..<start + shared].elementsEqual(b[..<shared]) { return true }
    }
    return false
  }
}
