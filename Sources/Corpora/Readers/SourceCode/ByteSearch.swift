import Glibc

extension UnsafeRawBufferPointer {
  /// Where a word first begins at or behind `from`; nil where it is not there.
  func place(of word: StaticString, from: Int = 0) -> Int? {
    let length = word.utf8CodeUnitCount
    guard let base = baseAddress, length > 0 else { return nil }
    var at = from
    while at + length <= count,
      let found = memchr(base + at, Int32(word.utf8Start[0]), count - length - at + 1)
    {
      let place = UnsafeRawPointer(found) - base
      if memcmp(base + place, word.utf8Start, length) == 0 { return place }
      at = place + 1
    }
    return nil
  }

  /// Whether the bytes at `place` begin with a word.
  func begins(with word: StaticString, at place: Int = 0) -> Bool {
    let length = word.utf8CodeUnitCount
    guard let base = baseAddress, place >= 0, place + length <= count else { return false }
    return memcmp(base + place, word.utf8Start, length) == 0
  }
}
