/// Repeated parts within single documents.
struct DocumentRepeats {
  private let rule: SegmentRule
  private let task: Int32
  private var order: [Int] = []

  init(_ rule: SegmentRule, task: Int32) {
    self.rule = rule
    self.task = task
  }

  /// The parts of one document that go, in any order.
  /// - Parameter parts: in order of place.
  mutating func spans(_ parts: [HashedSegment], ordinal: Int32) -> [RemovedSpan] {
    order.removeAll(keepingCapacity: true)
    order.append(contentsOf: parts.indices)
    order.sort { (parts[$0].high, parts[$0].low, $0) < (parts[$1].high, parts[$1].low, $1) }
    var spans: [RemovedSpan] = []
    var start = 0
    while start < order.count {
      let first = parts[order[start]]
      var end = start + 1
      while end < order.count, parts[order[end]].high == first.high,
        parts[order[end]].low == first.low
      { end += 1 }
      if end - start > rule.copies {
        let kept = RemovedSpan.Place(
          document: DocumentAddress(task: task, ordinal: ordinal), byte: Int(first.start))
        for index in order[(start + (rule.removesFirst ? 0 : rule.copies))..<end] {
          spans.append(
            RemovedSpan(
              ordinal: Int(ordinal), bytes: Int(parts[index].start)..<Int(parts[index].end),
              kept: rule.removesFirst ? nil : kept))
        }
      }
      start = end
    }
    return spans
  }
}
