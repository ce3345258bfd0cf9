import HeapModule
import Streams

/// Learns a byte-level BPE vocabulary (Sennrich et al. 2016) from counted pre-tokens.
///
/// Ids are given in this order: special tokens, the 256 bytes in the order of their letters, then
/// the merges as they are learned. The vocabulary is that of Hugging Face's `BpeTrainer` with the
/// byte-level alphabet on the same text: always the most frequent pair, of equally frequent ones
/// the pair with the lower ids. The number of threads that counted changes nothing.
public struct BytePairTrainer: Sendable {
  /// Ids in the vocabulary, special tokens and bytes included.
  public var vocabularyCount: Int
  /// Pairs that are rarer are not merged, even if the vocabulary stays smaller.
  public var minimumFrequency: Int
  /// Their ids start at 0.
  public var specialTokens: [String]
  /// The special token that stands after each document.
  public var endOfText: String?

  /// A trainer for `vocabularyCount` ids.
  public init(
    vocabularyCount: Int, minimumFrequency: Int = 2, specialTokens: [String] = ["<|endoftext|>"],
    endOfText: String? = "<|endoftext|>"
  ) {
    self.vocabularyCount = vocabularyCount
    self.minimumFrequency = minimumFrequency
    self.specialTokens = specialTokens
    self.endOfText = endOfText
  }

  /// Learns the merges. The counts stay as they are.
  public func train(_ counts: PretokenCounts) throws -> BytePairTokenizer {
    try check()
    var tokens = specialTokens.map { Array($0.utf8) }
    var byteIDs = [UInt32](repeating: 0, count: 256)
    for byte in ByteAlphabet.bytesByLetter {
      byteIDs[Int(byte)] = UInt32(tokens.count)
      tokens.append([byte])
    }
    // The text may form a special token: such a merge gets the id of the special token.
    var idByBytes = Dictionary(
      tokens.enumerated().map { ($1, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
    for (id, text) in specialTokens.enumerated() {
      idByBytes[tokens[id]] = nil
      if let spelled = ByteAlphabet.decode(text) { idByBytes[spelled] = UInt32(id) }
    }

    var merges: [(left: UInt32, right: UInt32, merged: UInt32)] = []
    var queue = MergeQueue(words: PretokenWords(counts, byteIDs: byteIDs))
    while tokens.count < vocabularyCount,
      let best = queue.next(), best.count >= max(minimumFrequency, 1)
    {
      let spelled = tokenBytes(best.left, tokens) + tokenBytes(best.right, tokens)
      let merged: UInt32
      if let known = idByBytes[spelled] {
        merged = known
      } else {
        merged = UInt32(tokens.count)
        tokens.append(spelled)
        idByBytes[spelled] = merged
      }
      merges.append((best.left, best.right, merged))
      queue.merge(best, into: merged)
    }
    return BytePairTokenizer(
      tokens: tokens, merges: Self.lastOfEach(merges), byteIDs: byteIDs,
      specialTokens: specialTokens.enumerated().map { SpecialToken(id: UInt32($0), text: $1) },
      endOfText: endOfText.flatMap { text in
        specialTokens.firstIndex(of: text).map { UInt32($0) }
      },
      ignoresMerges: false)
  }

  private func tokenBytes(_ id: UInt32, _ tokens: [[UInt8]]) -> [UInt8] {
    guard id < specialTokens.count else { return tokens[Int(id)] }
    return ByteAlphabet.decode(specialTokens[Int(id)]) ?? tokens[Int(id)]
  }

  /// A pair can be learned twice where two ways lead to one token; the later rank counts.
  private static func lastOfEach(
    _ merges: [(left: UInt32, right: UInt32, merged: UInt32)]
  ) -> [(left: UInt32, right: UInt32, merged: UInt32)] {
    var seen = Set<UInt64>(minimumCapacity: merges.count)
    let kept = merges.reversed().filter {
      seen.insert(UInt64($0.left) << 32 | UInt64($0.right)).inserted
    }
    return kept.reversed()
  }

  private func check() throws {
    let least = specialTokens.count + 256
    guard vocabularyCount >= least, vocabularyCount <= 1 << 24 else {
      throw Fault(
        .input, "a vocabulary of \(vocabularyCount) tokens cannot be trained",
        found: "\(vocabularyCount)",
        expected: "\(least) (the special tokens and 256 bytes) to \(1 << 24)")
    }
    for (index, text) in specialTokens.enumerated() {
      guard !specialTokens[..<index].contains(text), text.unicodeScalars.count > 1 else {
        throw Fault(
          .input, "'\(text)' cannot be a special token", found: "'\(text)'",
          expected: "different texts of at least two characters")
      }
    }
    if let endOfText, !specialTokens.contains(endOfText) {
      throw Fault(
        .input, "the end-of-text token '\(endOfText)' is not a special token",
        found: specialTokens.joined(separator: ", "), expected: "'\(endOfText)' among them")
    }
  }
}
