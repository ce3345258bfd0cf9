import TextKernels

/// What one thread needs to encode: the cache of pre-tokens and buffers that are reused from
/// document to document. Not to be shared between threads.
public final class EncoderScratch {
  let cache: OpaquePointer
  let ends: UnsafeMutablePointer<Int>
  private(set) var ids: UnsafeMutablePointer<UInt32>
  private var capacity = 1 << 16
  var merger = WordMerger()
  /// Whose ids the cache holds.
  private var owner: MergeTable?
  private let cacheByteCount: Int

  /// - Parameter cacheByteCount: about the memory of the cache; when it is full it is emptied.
  ///   24 MB hold about 300,000 different words.
  public init(cacheByteCount: Int = 24 << 20) {
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

  /// Makes room for the ids of a text and empties the cache where it is another tokenizer's.
  func prepare(for table: MergeTable, byteCount: Int) {
    if owner !== table {
      if owner != nil { pretoken_cache_clear(cache) }
      owner = table
    }
    // The cache writes four ids at once.
    guard byteCount + 4 > capacity else { return }
    capacity = max(byteCount + 4, 2 * capacity)
    ids.deallocate()
    ids = .allocate(capacity: capacity)
  }
}
