import TextKernels

/// The words of one text at a time, or their tokens, as decontamination compares them. Owns its
/// scratch memory.
final class FoldedWords {
  private(set) var hashes: UnsafeMutableBufferPointer<UInt64>
  /// Word i has the bytes `starts[i]..<ends[i]`; a token those of its word.
  private(set) var starts: UnsafeMutableBufferPointer<UInt32>
  private(set) var ends: UnsafeMutableBufferPointer<UInt32>
  private(set) var count = 0
  private let tokens: FoldedTokens?

  /// - Parameter unit: words, or tokens of a text's words with a space in front of each.
  init(_ unit: ShingleUnit = .word) {
    hashes = .allocate(capacity: 1024)
    starts = .allocate(capacity: 1024)
    ends = .allocate(capacity: 1024)
    if case .token(let tokenizer) = unit { tokens = FoldedTokens(tokenizer) } else { tokens = nil }
  }

  deinit {
    hashes.deallocate()
    starts.deallocate()
    ends.deallocate()
  }

  func read(_ text: UnsafeRawBufferPointer, _ mode: folded_words_mode = folded_words_apart) {
    count = 0
    if let tokens { return read(tokens, of: text, mode) }
    reserve(folded_words_capacity(text.count))
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let hashes = hashes.baseAddress, let starts = starts.baseAddress, let ends = ends.baseAddress
    else { return }
    count = text_folded_words(start, text.count, mode, hashes, starts, ends)
  }

  func read(_ text: String, _ mode: folded_words_mode = folded_words_apart) {
    var text = text
    text.withUTF8 { read(UnsafeRawBufferPointer($0), mode) }
  }

  private func read(
    _ tokens: FoldedTokens, of text: UnsafeRawBufferPointer, _ mode: folded_words_mode
  ) {
    tokens.read(text, mode) { ids in
      reserve(ids.count)
      count = ids.count
      if let first = ids.baseAddress, let hashes = hashes.baseAddress {
        text_token_hashes(first, ids.count, hashes)
      }
      tokens.setPlaces(of: ids, starts, ends)
    }
  }

  /// The hashes as an array.
  var list: [UInt64] { Array(hashes[..<count]) }

  private func reserve(_ room: Int) {
    guard room > hashes.count else { return }
    hashes.deallocate()
    starts.deallocate()
    ends.deallocate()
    hashes = .allocate(capacity: room * 3 / 2)
    starts = .allocate(capacity: room * 3 / 2)
    ends = .allocate(capacity: room * 3 / 2)
  }
}
