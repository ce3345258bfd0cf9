import Corpora
import Streams
import TextKernels

/// The words of texts as decontamination sees them: A-Z as a-z, ASCII, general and CJK punctuation
/// as spaces. Owns its scratch memory.
final class PassageReader {
  let words: Int
  private var blanked: [UInt8] = []
  private(set) var hashes: [UInt64] = []
  /// Where each word starts in the text.
  private(set) var starts: [UInt32] = []
  private(set) var wordCount = 0
  /// The runs of `words` words; 0 where the text has fewer words.
  private(set) var passageCount = 0

  init(words: Int) { self.words = words }

  /// Reads a text; `hashes[..<passageCount]` are then its runs.
  func read(_ text: UnsafeRawBufferPointer) {
    wordCount = 0
    passageCount = 0
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    let room = text_word_capacity(text.count)
    if hashes.count < room {
      hashes = [UInt64](repeating: 0, count: room * 2)
      starts = [UInt32](repeating: 0, count: room * 2)
      blanked = [UInt8](repeating: 0, count: room * 4)
    }
    text_blank_punctuation(start, text.count, &blanked)
    wordCount = text_word_hashes(blanked, text.count, &hashes, &starts)
    guard wordCount >= words else { return }
    passageCount = text_shingles(&hashes, wordCount, words)
  }

  /// The bytes that a range of words covers, up to the next word.
  func bytes(ofWords range: Range<Int>, textByteCount: Int) -> Range<Int> {
    let end = range.upperBound < wordCount ? Int(starts[range.upperBound]) : textByteCount
    return Int(starts[range.lowerBound])..<end
  }
}

/// An open-addressed set of 64-bit hashes, each with the document that brought it first.
struct PassageSet: Sendable {
  private var keys: [UInt64]
  private var owners: [UInt32]
  private(set) var count = 0
  private var mask: Int

  init() {
    keys = [UInt64](repeating: 0, count: 1024)
    owners = [UInt32](repeating: 0, count: 1024)
    mask = 1023
  }

  /// 0 marks a free place, so the hash 0 counts as 1.
  @inline(__always)
  private static func key(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

  @inline(__always)
  private func place(_ key: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 20) & mask
    while keys[place] != 0 && keys[place] != key { place = (place + 1) & mask }
    return place
  }

  mutating func insert(_ hash: UInt64, owner: UInt32) {
    if count * 10 > mask * 6 { grow() }
    let key = Self.key(hash)
    let place = place(key)
    if keys[place] == key { return }
    keys[place] = key
    owners[place] = owner
    count += 1
  }

  /// The document that brought a hash first.
  @inline(__always)
  func owner(of hash: UInt64) -> UInt32? {
    let key = Self.key(hash)
    let place = place(key)
    return keys[place] == key ? owners[place] : nil
  }

  private mutating func grow() {
    let (oldKeys, oldOwners) = (keys, owners)
    keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
    owners = [UInt32](repeating: 0, count: keys.count)
    mask = keys.count - 1
    for (key, owner) in zip(oldKeys, oldOwners) where key != 0 {
      let place = place(key)
      keys[place] = key
      owners[place] = owner
    }
  }
}
