/// Memory for one text after another, of one thread. It holds no values: what a text does not write
/// takes no pages, so room for the worst text of a length costs no more than the text that came.
struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable {
  private var memory: UnsafeMutableBufferPointer<Element> = .allocate(capacity: 0)

  /// Room that is kept whatever the next texts need, in bytes.
  static var keptByteCount: Int { 64 << 20 }

  init() {}

  deinit { memory.deallocate() }

  var capacity: Int { memory.count }

  /// Room for `count` elements, uninitialised; what was there before is lost. Grows by a quarter
  /// more than is needed, and shrinks when a text needs an eighth of much memory: one huge text
  /// must not hold it for ever.
  mutating func room(for count: Int) -> UnsafeMutableBufferPointer<Element> {
    let isWaste =
      memory.count > Self.keptByteCount / MemoryLayout<Element>.stride && count < memory.count / 8
    if memory.count < count || isWaste {
      memory.deallocate()
      memory = .allocate(capacity: count + count / 4)
    }
    return memory
  }
}
