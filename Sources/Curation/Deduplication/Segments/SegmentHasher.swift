import Streams
import TextKernels

/// A part of a text and the hash of what it says.
struct HashedSegment: BitwiseCopyable, Equatable {
  var start: UInt32
  var end: UInt32
  /// XXH3-128 of the part, A-Z as a-z and each run of white space one space (as
  /// `Fingerprinter.textHash` has it); of a window, of its sentences' hashes.
  var high: UInt64
  var low: UInt64
}

/// Cuts texts into parts and hashes those that are long enough. For one thread; its memory is used
/// again from text to text.
final class SegmentHasher {
  private let rule: SegmentRule
  private let segments: UnsafeMutablePointer<text_segment>
  private var collapsed: UnsafeMutableRawBufferPointer
  /// The sentences of a text, where windows are made of them.
  private var sentences: [HashedSegment] = []
  private var words: [Int] = []
  private var digests: [UInt64] = []
  /// The parts of the last text, in its order.
  private(set) var parts: [HashedSegment] = []

  private static let segmentCapacity = 1024

  init(_ rule: SegmentRule) {
    self.rule = rule
    segments = .allocate(capacity: Self.segmentCapacity)
    collapsed = .allocate(byteCount: 1 << 16, alignment: 64)
  }

  deinit {
    segments.deallocate()
    collapsed.deallocate()
  }

  /// Takes one text apart into `parts`.
  /// - Throws: an input fault for a text of 4 GiB or more.
  func read(_ text: UnsafeRawBufferPointer) throws {
    parts.removeAll(keepingCapacity: true)
    guard text.count < Int(UInt32.max) else {
      throw Fault(
        .input, "a document is too large for the search for repeated parts",
        found: "\(text.count) bytes", expected: "fewer than \(UInt32.max)")
    }
    guard let base = text.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    sentences.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    var position = 0
    while position < text.count {
      let count = text_cut_segments(
        rule.kind, base, text.count, &position, segments, Self.segmentCapacity)
      for index in 0..<count { add(segments[index], base) }
    }
    if rule.window > 1 { addWindows() }
  }

  private func add(_ segment: text_segment, _ base: UnsafePointer<UInt8>) {
    let length = Int(segment.end - segment.start)
    let start = base + Int(segment.start)
    let words = text_length_in_words(start, length)
    if rule.window == 1, words < rule.leastWords { return }
    if collapsed.count < length + 16 {
      collapsed.deallocate()
      collapsed = .allocate(byteCount: length * 2 + 16, alignment: 64)
    }
    guard let output = collapsed.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    let digest = ContentDigest(
      UnsafeRawBufferPointer(start: output, count: text_collapse(start, length, output)))
    let part = HashedSegment(
      start: segment.start, end: segment.end, high: digest.high, low: digest.low)
    if rule.window == 1 {
      parts.append(part)
    } else {
      sentences.append(part)
      self.words.append(words)
    }
  }

  private func addWindows() {
    guard sentences.count >= rule.window else { return }
    digests.removeAll(keepingCapacity: true)
    for sentence in sentences {
      digests.append(sentence.high.littleEndian)
      digests.append(sentence.low.littleEndian)
    }
    var length = words[..<rule.window].reduce(0, +)
    for first in 0...sentences.count - rule.window {
      let last = first + rule.window - 1
      if first > 0 { length += words[last] - words[first - 1] }
      if length < rule.leastWords { continue }
      let digest = digests[first * 2..<(last + 1) * 2].withUnsafeBytes { ContentDigest($0) }
      parts.append(
        HashedSegment(
          start: sentences[first].start, end: sentences[last].end, high: digest.high,
          low: digest.low))
    }
  }
}
