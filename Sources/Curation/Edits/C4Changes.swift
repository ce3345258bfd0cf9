import TextKernels

/// Every place that the edit of C4's lines changed, with its reason: applied to the text before,
/// the changes give the edited text.
struct C4Changes {
  private let text: UnsafeRawBufferPointer
  private let pieces: UnsafeBufferPointer<c4_piece>
  private let removals: UnsafeBufferPointer<c4_removal>
  private var nextRemoval = 0
  private var found: [TextChange] = []

  /// - Parameter result: what the kernel made of `text`.
  init(_ text: UnsafeRawBufferPointer, _ result: c4_lines_result) {
    self.text = text
    pieces = UnsafeBufferPointer(start: result.pieces, count: result.piece_count)
    removals = UnsafeBufferPointer(start: result.removals, count: result.removal_count)
  }

  /// In the order of the text.
  mutating func changes() -> [TextChange] {
    var at = 0
    for (index, piece) in pieces.enumerated() {
      explain(at..<Int(piece.start), keepsLineBreak: index > 0 && piece.starts_line)
      at = Int(piece.end)
    }
    explain(at..<text.count, keepsLineBreak: false)
    return found
  }

  /// Names what went between two pieces that stay.
  /// - Parameter keepsLineBreak: whether a "\n" stands there now: that of the kept line before it.
  private mutating func explain(_ gap: Range<Int>, keepsLineBreak: Bool) {
    var at = gap.lowerBound
    var breaks = keepsLineBreak
    func trim(to end: Int) {
      guard at < end else { return }
      let isNewline = breaks && end - at == 1 && text[at] == UInt8(ascii: "\n")
      if !isNewline {
        found.append(TextChange(at..<end, "spaces", replacement: breaks ? "\n" : ""))
      }
      breaks = false
    }
    while nextRemoval < removals.count, removals[nextRemoval].start < gap.upperBound {
      let removal = removals[nextRemoval]
      let range = Int(removal.start)..<Int(removal.end)
      trim(to: range.lowerBound)
      found.append(TextChange(range, Self.reason(removal.reason)))
      at = range.upperBound
      nextRemoval += 1
    }
    trim(to: gap.upperBound)
  }

  private static func reason(_ reason: c4_reason) -> String {
    switch reason {
    case C4_LONG_WORD: "line with a long word"
    case C4_NO_END_PUNCTUATION: "line without end punctuation"
    case C4_FEW_WORDS: "line of few words"
    case C4_JAVASCRIPT: "javascript line"
    case C4_POLICY: "policy line"
    default: "citation"
    }
  }
}
