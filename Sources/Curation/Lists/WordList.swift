import Streams
import TextKernels

/// Words or phrases that texts are searched for, in lower case.
final class WordList: Sendable {
  private nonisolated(unsafe) let list: OpaquePointer

  /// - Parameter wholeWords: whether an entry counts only between characters that are none of a word
  ///   (neither letter, digit nor `_`).
  init(_ file: ListFile, wholeWords: Bool) throws {
    var bytes: [UInt8] = []
    var offsets: [UInt64] = [0]
    var lower: [UInt8] = []
    file.forEach { entry in
      LowerCase.map(entry, into: &lower)
      bytes += lower
      offsets.append(UInt64(bytes.count))
    }
    guard let list = phrase_list_create(bytes, offsets, offsets.count - 1, wholeWords) else {
      throw Fault(.failure, "not enough memory for the list '\(file.path)'")
    }
    self.list = list
  }

  /// A list of entries as they are, found anywhere.
  init(anywhere entries: [[UInt8]], path: String) throws {
    var offsets: [UInt64] = [0]
    for entry in entries { offsets.append(offsets[offsets.count - 1] + UInt64(entry.count)) }
    guard let list = phrase_list_create(Array(entries.joined()), offsets, entries.count, false)
    else { throw Fault(.failure, "not enough memory for the list '\(path)'") }
    self.list = list
  }

  deinit { phrase_list_destroy(list) }

  /// The places of entries in a text that is in lower case, from left to right, the longest at each,
  /// none overlapping another.
  func forEach(in text: UnsafeRawBufferPointer, _ body: (_ entry: UInt64) -> Void) {
    guard let bytes = text.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    var find = phrase_list_find()
    var from = 0
    while phrase_list_next(list, bytes, text.count, from, &find) {
      body(find.hash)
      from = find.end
    }
  }
}
