import Runs
import Streams
import TextKernels

/// Which parts of texts are compared, and which copies go.
public struct SegmentRule: Sendable, Equatable {
  public enum Part: String, Sendable, CaseIterable {
    /// Between lines of nothing but white space.
    case paragraph
    /// Between line breaks.
    case line
    /// Runs of `window` sentences (`text_segments.h` says where one ends).
    case sentence
  }

  public enum Scope: String, Sendable, CaseIterable {
    /// Copies within one document only.
    case document
    /// Copies anywhere in the corpus.
    case corpus
  }

  public var part: Part
  /// Sentences that are compared as one, each run of them in a document; 1 for the other parts.
  public var window: Int
  /// Shorter parts always stay: what is repeated because it is short, such as "}" or "Read more",
  /// says nothing of where it came from. In words as `text_length_in_words` counts them.
  public var leastWords: Int
  /// So many copies may stay, the first ones by address; what is repeated more often goes.
  public var copies: Int
  /// Where something is repeated more often than `copies`, its first copies go too.
  public var removesFirst: Bool
  public var scope: Scope

  /// - Throws: an input fault for numbers out of range.
  public init(
    part: Part, window: Int = 3, leastWords: Int = 8, copies: Int = 1, removesFirst: Bool = false,
    scope: Scope = .corpus
  ) throws {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
      guard range.contains(value) else {
        throw Fault(
          .input, "\(name) is out of range", found: "\(value)",
          expected: "\(range.lowerBound) to \(range.upperBound)")
      }
    }
    try check("the number of sentences of a window", window, 1...100)
    try check("the least length of a repeated part in words", leastWords, 0...1_000_000)
    try check("the number of copies that may stay", copies, 1...1_000_000_000)
    self.part = part
    self.window = part == .sentence ? window : 1
    self.leastWords = leastWords
    self.copies = copies
    self.removesFirst = removesFirst
    self.scope = scope
  }

  var kind: text_segment_kind {
    switch part {
    case .paragraph: TEXT_PARAGRAPHS
    case .line: TEXT_LINES
    case .sentence: TEXT_SENTENCES
    }
  }

  /// A digest of what keys depend on.
  var keyDigest: String {
    RunFolder.digest(of: ["segments 1", part.rawValue, "\(window)", "\(leastWords)"])
  }

  /// A digest of everything.
  package var digest: String {
    RunFolder.digest(of: [keyDigest, "\(copies)", "\(removesFirst)", scope.rawValue])
  }
}
