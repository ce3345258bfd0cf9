import TextKernels

/// The white space around parts of one text.
struct SpanEdges {
  private let text: UnsafePointer<UInt8>
  private let count: Int

  /// Nil for a text without bytes.
  init?(_ text: UnsafeRawBufferPointer) {
    guard let base = text.assumingMemoryBound(to: UInt8.self).baseAddress, !text.isEmpty else {
      return nil
    }
    self.text = base
    count = text.count
  }

  /// Where the text goes on behind the white space at `at`.
  func skipSpace(_ at: Int) -> Int {
    var at = at
    while at < count {
      let length = text_space_at(text, at, count)
      if length == 0 { break }
      at += length
    }
    return at
  }

  /// Where the text before the white space that ends at `at` ends.
  private func dropSpace(_ at: Int) -> Int {
    var at = at
    while at > 0 {
      let length = text_space_before(text, 0, at)
      if length == 0 { break }
      at -= length
    }
    return at
  }

  /// A range without the white space at its ends.
  func stripped(_ range: Range<Int>) -> Range<Int> {
    let start = min(skipSpace(range.lowerBound), range.upperBound)
    return start..<max(start, dropSpace(range.upperBound))
  }

  /// What is cut where a stripped range goes: the range and, of the white space around it, what
  /// `SpanRemoval` says.
  func cut(_ range: Range<Int>) -> Range<Int> {
    let (start, end) = (range.lowerBound, range.upperBound)
    let (before, after) = (dropSpace(start), skipSpace(end))
    if after == count { return before == 0 ? 0..<count : before..<end }
    if before == 0 { return lineBreaks(end..<after).last.map { 0..<$0 + 1 } ?? start..<after }
    let (first, second) = (lineBreaks(before..<start), lineBreaks(end..<after))
    if first.count > second.count, let last = first.last {
      return second.last.map { last + 1..<$0 + 1 } ?? start..<after
    }
    return second.count == 0 && end == after ? start..<end : before..<end
  }

  private func lineBreaks(_ range: Range<Int>) -> (count: Int, last: Int?) {
    var (count, last): (Int, Int?) = (0, nil)
    for at in range where text[at] == 10 {
      count += 1
      last = at
    }
    return (count, last)
  }
}
