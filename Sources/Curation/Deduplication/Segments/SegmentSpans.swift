import Corpora

extension RemovedSpans {
  /// The spans of one task, in any order, in order of document and byte; those that overlap, as
  /// windows of sentences do, as one, which has the copy of its first part.
  init(joining spans: [RemovedSpan]) {
    let sorted = spans.sorted {
      ($0.ordinal, $0.bytes.lowerBound, $1.bytes.upperBound)
        < ($1.ordinal, $1.bytes.lowerBound, $0.bytes.upperBound)
    }
    var joined: [RemovedSpan] = []
    for span in sorted {
      if let last = joined.last, last.ordinal == span.ordinal,
        span.bytes.lowerBound < last.bytes.upperBound
      {
        let end = max(last.bytes.upperBound, span.bytes.upperBound)
        joined[joined.count - 1].bytes = last.bytes.lowerBound..<end
      } else {
        joined.append(span)
      }
    }
    self.init(joined)
  }
}
