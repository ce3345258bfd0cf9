import Streams
import TextKernels

/// A token with a meaning of its own, such as the end of a text.
public struct SpecialToken: Sendable, Equatable {
  /// Its id.
  public var id: UInt32
  /// How it is written, for example `<|endoftext|>`.
  public var text: String

  /// A special token.
  public init(id: UInt32, text: String) {
    self.id = id
    self.text = text
  }
}

/// A byte-level BPE tokenizer with GPT-2's split into pre-tokens (Sennrich et al. 2016, Radford et
/// al. 2019).
///
/// The ids are those of Hugging Face `tokenizers` on the same `tokenizer.json`, with two rules:
/// - Special tokens are never found in the text of a document: `<|endoftext|>` inside a document
///   is encoded letter by letter.
/// - Bytes that are not valid UTF-8 pass through as themselves, each split like a symbol, so that
///   decoding gives the same bytes back.
public struct BytePairTokenizer: Sendable {
  let vocabulary: Vocabulary
  let merges: [(left: UInt32, right: UInt32, merged: UInt32)]
  let table: MergeTable
  let byteIDs: [UInt32]
  /// Whether a pre-token that is a token as a whole is taken as it is, without its merges.
  public let ignoresMerges: Bool
  /// Special tokens in the order of their ids.
  public let specialTokens: [SpecialToken]
  /// What stands after each document of a token shard.
  public let endOfText: UInt32?
  /// Names vocabulary, merges, special tokens and split: equal where the ids are equal.
  public let digest: ContentDigest

  /// The number of ids: one more than the highest.
  public var vocabularyCount: Int { vocabulary.count }
  /// The number of merges.
  public var mergeCount: Int { merges.count }

  init(
    tokens: [[UInt8]], merges: [(left: UInt32, right: UInt32, merged: UInt32)], byteIDs: [UInt32],
    specialTokens: [SpecialToken], endOfText: UInt32?, ignoresMerges: Bool
  ) {
    vocabulary = Vocabulary(tokens)
    self.merges = merges
    table = MergeTable(merges, byteIDs: byteIDs)
    self.byteIDs = byteIDs
    self.specialTokens = specialTokens.sorted { $0.id < $1.id }
    self.endOfText = endOfText
    self.ignoresMerges = ignoresMerges
    digest = Self.digest(
      vocabulary, merges, self.specialTokens, endOfText: endOfText, ignoresMerges: ignoresMerges)
  }

  /// Gives the ids of a document's text to `body`, from the scratch's memory: nothing is copied.
  public func encode<R>(
    _ text: UnsafeRawBufferPointer, scratch: EncoderScratch,
    _ body: (UnsafeBufferPointer<UInt32>) throws -> R
  ) rethrows -> R {
    try withExtendedLifetime(scratch) { try body(encodeIntoScratch(text, scratch)) }
  }

  private func encodeIntoScratch(
    _ text: UnsafeRawBufferPointer, _ scratch: EncoderScratch
  ) -> UnsafeBufferPointer<UInt32> {
    let words = scratch.prepare(for: self, byteCount: text.count)
    guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      return UnsafeBufferPointer(start: scratch.ids, count: 0)
    }
    let (ids, ends) = (scratch.ids, scratch.ends)
    var walk = pretokenizer_walk()
    walk.text = base
    walk.count = text.count
    var start = 0
    var count = 0
    withExtendedLifetime(words) {
      let context = Unmanaged.passUnretained(words).toOpaque()
      while walk.position < text.count {
        let endCount = pretokenizer_scan(&walk, ends)
        count += pretoken_cache_encode(
          scratch.cache, base, text.count, start, ends, endCount, ids + count,
          { context, word, length, ids in
            guard let context, let word, let ids else { return 0 }
            return Unmanaged<WordEncoder>.fromOpaque(context).takeUnretainedValue()
              .encode(word, count: length, into: ids)
          }, context)
        if endCount > 0 { start = ends[endCount - 1] }
      }
    }
    return UnsafeBufferPointer(start: ids, count: count)
  }

  /// Appends the ids of a document's text.
  public func encode(
    _ text: UnsafeRawBufferPointer, into ids: inout [UInt32], scratch: EncoderScratch
  ) {
    encode(text, scratch: scratch) { ids.append(contentsOf: $0) }
  }

  /// The ids of one text. For many texts, keep a scratch and use the other form.
  public func encode(_ text: String) -> [UInt32] {
    let scratch = EncoderScratch(cacheByteCount: 1 << 16)
    var text = text
    return text.withUTF8 { encode(UnsafeRawBufferPointer($0), scratch: scratch) { Array($0) } }
  }

  /// The bytes of a token, for example of a special one its text in UTF-8.
  public func bytes(of id: UInt32) throws -> ArraySlice<UInt8> {
    guard id < vocabulary.count else {
      throw Fault(
        .input, "there is no token \(id)", expected: "ids below \(vocabulary.count)",
        hint: "these ids belong to another tokenizer")
    }
    return vocabulary[id]
  }

  /// The bytes that the ids stand for, special tokens as their text.
  public func decode(_ ids: some Sequence<UInt32>) throws -> [UInt8] {
    var decoded: [UInt8] = []
    for id in ids { decoded.append(contentsOf: try bytes(of: id)) }
    return decoded
  }

  /// The id of a token, or nil where the bytes are none.
  public func id(of bytes: some Sequence<UInt8>) -> UInt32? {
    vocabulary.idByBytes[Array(bytes)]
  }

  private static func digest(
    _ vocabulary: Vocabulary, _ merges: [(left: UInt32, right: UInt32, merged: UInt32)],
    _ specialTokens: [SpecialToken], endOfText: UInt32?, ignoresMerges: Bool
  ) -> ContentDigest {
    var bytes = Array("byte-level BPE, GPT-2 split, 1\n".utf8)
    func add(_ value: UInt32) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    add(UInt32(vocabulary.count))
    for id in 0..<vocabulary.count {
      let token = vocabulary[UInt32(id)]
      add(UInt32(token.count))
      bytes.append(contentsOf: token)
    }
    add(UInt32(merges.count))
    for merge in merges {
      add(merge.left)
      add(merge.right)
    }
    for special in specialTokens { add(special.id) }
    add(endOfText ?? .max)
    add(ignoresMerges ? 1 : 0)
    return bytes.withUnsafeBytes { ContentDigest($0) }
  }
}
