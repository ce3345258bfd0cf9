import TextKernels

/// The words of one text at a time, as decontamination compares them. Owns its scratch memory.
final class FoldedWords {
  private(set) var hashes: UnsafeMutableBufferPointer<UInt64>
  /// Word i has the bytes `starts[i]..<ends[i]`.
  private(set) var starts: UnsafeMutableBufferPointer<UInt32>
  private(set) var ends: UnsafeMutableBufferPointer<UInt32>
  private(set) var count = 0

  init() {
    hashes = .allocate(capacity: 1024)
    starts = .allocate(capacity: 1024)
    ends = .allocate(capacity: 1024)
  }

  deinit {
    hashes.deallocate()
    starts.deallocate()
    ends.deallocate()
  }

  func read(_ text: UnsafeRawBufferPointer, _ mode: folded_words_mode = folded_words_apart) {
    count = 0
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
