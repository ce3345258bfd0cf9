import TextKernels
import Tokenization

/// The tokens of a text's folded words, each with a space in front: what a token is then depends on
/// its word only, not on the case, punctuation and white space around it. Owns its scratch memory.
final class FoldedTokens {
  private let tokenizer: BytePairTokenizer
  private let encoder = EncoderScratch(cacheByteCount: 16 << 20)
  private let lengths: [UInt32]
  private var bytes = ScratchBuffer<UInt8>()
  private var byteEnds = ScratchBuffer<UInt32>()
  private var starts = ScratchBuffer<UInt32>()
  private var ends = ScratchBuffer<UInt32>()
  /// Words of the text that was read last, where each ends in the folded bytes, and its place in the
  /// text.
  private var words: Words?

  private struct Words {
    var count: Int
    var byteEnds: UnsafeMutablePointer<UInt32>
    var starts: UnsafeMutablePointer<UInt32>
    var ends: UnsafeMutablePointer<UInt32>
  }

  init(_ tokenizer: BytePairTokenizer) {
    self.tokenizer = tokenizer
    lengths = tokenizer.tokenLengths
  }

  /// Calls `body` with the ids of a text's tokens.
  func read(
    _ text: UnsafeRawBufferPointer, _ mode: folded_words_mode,
    _ body: (UnsafeBufferPointer<UInt32>) -> Void
  ) {
    tokenizer.encode(folded(text, mode), scratch: encoder, body)
  }

  private func folded(
    _ text: UnsafeRawBufferPointer, _ mode: folded_words_mode
  ) -> UnsafeRawBufferPointer {
    words = nil
    let most = folded_words_capacity(text.count)
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let byteEnds = byteEnds.room(for: most).baseAddress,
      let starts = starts.room(for: most).baseAddress,
      let ends = ends.room(for: most).baseAddress
    else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    var room = text.count + text.count / 2 + 64
    while true {
      let folded = bytes.room(for: room)
      var count = 0
      let needed = text_folded_bytes(
        start, text.count, mode, folded.baseAddress, folded.count, byteEnds, starts, ends, &count)
      if needed <= folded.count {
        words = Words(count: count, byteEnds: byteEnds, starts: starts, ends: ends)
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(folded)[..<needed])
      }
      room = needed
    }
  }

  /// Where the words of tokens stand in the text that was read last.
  func setPlaces(
    of ids: UnsafeBufferPointer<UInt32>, _ tokenStarts: UnsafeMutableBufferPointer<UInt32>,
    _ tokenEnds: UnsafeMutableBufferPointer<UInt32>
  ) {
    guard let words else { return }
    var (word, at) = (0, 0)
    func moveOn(to byte: Int) {
      while word < words.count - 1, Int(words.byteEnds[word]) <= byte { word += 1 }
    }
    for (place, id) in ids.enumerated() {
      let length = Int(lengths[Int(id)])
      moveOn(to: at)
      tokenStarts[place] = words.starts[word]
      at += length
      moveOn(to: at - 1)
      tokenEnds[place] = words.ends[word]
    }
  }
}
