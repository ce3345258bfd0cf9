import TextKernels

/// The form in which texts are compared: A-Z as a-z, each run of Unicode whitespace one space, ends
/// trimmed. Owns its scratch memory, for one thread.
final class CollapsedText {
  private var scratch = ScratchBuffer<UInt8>()

  /// The collapsed form of `text`, until the next call.
  func of(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    // The kernel writes up to 16 bytes past the text.
    let room = scratch.room(for: text.count + 16)
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let base = room.baseAddress
    else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: base, count: text_collapse(start, text.count, base))
  }
}
