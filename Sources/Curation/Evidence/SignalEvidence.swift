/// How to find the places of a text that made one signal what it is.
struct SignalEvidence: Sendable {
  /// What the places explain: that the value is so high, or so low.
  enum Sense: Sendable { case high, low }

  var sense = Sense.high
  /// Whether the anatomy must have been cut into words.
  var needsWords = false
  /// Walks through the text once, or a fixed number of times.
  let find: @Sendable (TextAnatomy, inout EvidencePlaces) -> Void

  /// Whether the places explain that a document fails a rule of this comparison.
  func explains(_ comparison: String) -> Bool {
    switch comparison {
    case "<", "<=": sense == .low
    case ">", ">=": sense == .high
    default: true
    }
  }
}

extension TextAnatomy {
  /// The bytes of the text that is being worked on.
  var text: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: parts.pointee.text, count: byteCount)
  }
}
