import TextKernels
import Tokenization

/// Turns a text into the 64-bit hashes of its shingles: the one place that sketches and the exact
/// sets that verify them share. Owns its scratch memory, for one thread.
///
/// A text of fewer units than a shingle has one, of all its units; a text without any has none.
///
/// Memory while a text is hashed, besides the text: 8 bytes a word; 9 bytes a character; for tokens
/// 8 bytes a token, 4 a byte of text reserved for ids of which each token takes one, and the
/// collapsed text.
final class ShingleHasher {
  private let unit: ShingleUnit
  private let length: Int
  private let collapsed: CollapsedText
  private var hashes = ScratchBuffer<UInt64>()
  private let encoder: EncoderScratch?

  /// The cache of pre-tokens of one thread, in bytes: most words of a language.
  private static let encoderCacheByteCount = 16 << 20

  /// - Parameter collapsed: scratch that the caller uses too, but not while it reads shingles.
  init(_ plan: MinHashPlan, collapsed: CollapsedText = CollapsedText()) {
    unit = plan.unit
    length = plan.shingleLength
    self.collapsed = collapsed
    if case .token = plan.unit {
      encoder = EncoderScratch(cacheByteCount: Self.encoderCacheByteCount)
    } else {
      encoder = nil
    }
  }

  /// The shingles of `text` in its order, repeats too. The memory is valid until the next call and
  /// may be written to.
  func shingles(of text: UnsafeRawBufferPointer) -> UnsafeMutableBufferPointer<UInt64> {
    let units = unitHashes(text)
    guard let base = units.baseAddress else { return units }
    let count = text_shingles(base, units.count, length)
    return UnsafeMutableBufferPointer(start: base, count: count)
  }

  private func unitHashes(_ text: UnsafeRawBufferPointer) -> UnsafeMutableBufferPointer<UInt64> {
    switch unit {
    case .word:
      return hash(text, room: text_word_capacity(text.count)) {
        text_word_hashes($0, $1, $2, nil)
      }
    case .character:
      let text = collapsed.of(text)
      return hash(text, room: text.count) { text_character_hashes($0, $1, $2) }
    case .token(let tokenizer):
      guard let encoder else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
      return tokenizer.encode(collapsed.of(text), scratch: encoder) { ids in
        guard let first = ids.baseAddress else {
          return UnsafeMutableBufferPointer(start: nil, count: 0)
        }
        let room = hashes.room(for: ids.count)
        guard let base = room.baseAddress else { return room }
        text_token_hashes(first, ids.count, base)
        return UnsafeMutableBufferPointer(start: base, count: ids.count)
      }
    }
  }

  private func hash(
    _ text: UnsafeRawBufferPointer, room count: Int,
    _ kernel: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<UInt64>) -> Int
  ) -> UnsafeMutableBufferPointer<UInt64> {
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let base = hashes.room(for: count).baseAddress
    else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    return UnsafeMutableBufferPointer(start: base, count: kernel(start, text.count, base))
  }
}
