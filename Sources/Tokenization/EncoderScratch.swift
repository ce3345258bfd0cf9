import TextKernels

/// What one thread needs to encode: the cache of pre-tokens and buffers that are reused from
/// document to document. Not to be shared between threads.
public final class EncoderScratch {
  let cache: OpaquePointer
  let ends: UnsafeMutablePointer<Int>
  private(set) var ids: UnsafeMutablePointer<UInt32>
  private var capacity = 1 << 16
  /// Encodes the words that are not in the cache.
  private var words: WordEncoder?
  private let cacheByteCount: Int

  /// - Parameter cacheByteCount: about the memory of the cache, which is touched as it fills. 48 MB
  ///   hold a million different words.
  public init(cacheByteCount: Int = 48 << 20) {
    self.cacheByteCount = max(cacheByteCount, 1 << 16)
    guard let cache = pretoken_cache_create(self.cacheByteCount) else {
      preconditionFailure("out of memory for a cache of \(cacheByteCount) bytes")
    }
    self.cache = cache
    ends = .allocate(capacity: Int(PRETOKENIZER_ENDS))
    ids = .allocate(capacity: capacity)
  }

  deinit {
    pretoken_cache_destroy(cache)
    ends.deallocate()
    ids.deallocate()
  }

  /// Makes room for the ids of a text, and empties the cache where it is another tokenizer's.
  func prepare(for tokenizer: BytePairTokenizer, byteCount: Int) -> WordEncoder {
    if byteCount + 4 > capacity {
      // The cache writes four ids at once.
      capacity = max(byteCount + 4, 2 * capacity)
      ids.deallocate()
      ids = .allocate(capacity: capacity)
    }
    if let words, words.table === tokenizer.table { return words }
    if words != nil { pretoken_cache_clear(cache) }
    let words = WordEncoder(tokenizer)
    self.words = words
    return words
  }
}

/// Encodes single pre-tokens for one thread.
final class WordEncoder {
  let table: MergeTable
  private let byteIDs: [UInt32]
  /// The tokens that are taken whole; nil where merges decide.
  private let wholeWords: [[UInt8]: UInt32]?
  private var merger = WordMerger()

  init(_ tokenizer: BytePairTokenizer) {
    table = tokenizer.table
    byteIDs = tokenizer.byteIDs
    wholeWords = tokenizer.ignoresMerges ? tokenizer.vocabulary.idByBytes : nil
  }

  /// Writes the ids of a word, at most one a byte, and returns their number.
  func encode(
    _ word: UnsafePointer<UInt8>, count: Int, into ids: UnsafeMutablePointer<UInt32>
  ) -> Int {
    if let id = wholeWords?[Array(UnsafeBufferPointer(start: word, count: count))] {
      ids[0] = id
      return 1
    }
    byteIDs.withUnsafeBufferPointer { byteIDs in
      for i in 0..<count { ids[i] = byteIDs[Int(word[i])] }
    }
    return merger.merge(word, ids, count: count, by: table)
  }
}
