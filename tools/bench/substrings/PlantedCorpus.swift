import Corpora
import CounterRandom
import Streams

/// Texts of a file of documents with copies planted in them: of stretches of earlier texts, some of
/// them many times, and of whole texts.
struct PlantedCorpus {
  private(set) var texts = ByteColumn()
  private(set) var plantedCopies = 0
  private(set) var plantedBytes = 0

  /// - Parameter megabytes: 10^6 bytes of text, about; the file is read again from its start, each
  ///   time with other letters for the vowels, until there are so many.
  init(_ path: String, megabytes: Int, seed: UInt64) throws {
    let random = CounterRandom(seed: seed, purpose: "planted copies")
    var draws: UInt64 = 0
    func below(_ bound: Int) -> Int {
      draws += 1
      return Int(random.below(UInt64(max(1, bound)), draws))
    }
    texts.reserve(values: 1 << 16, bytes: megabytes * 1_000_000 + 1 << 20)
    // Arrays and not slices, which would keep a second copy of all texts alive.
    var notes: [[UInt8]] = []
    var round: UInt8 = 0
    while texts.bytes.count < megabytes * 1_000_000 {
      let before = texts.bytes.count
      let reader = try DocumentFile.open(path, format: .jsonl)
      var batch = DocumentBatch()
      reading: while try reader.fill(&batch, targetTextBytes: 4_000_000) {
        for index in 0..<batch.count {
          if texts.bytes.count >= megabytes * 1_000_000 { break reading }
          var text = Array(batch.texts[index])
          if round > 0 { Self.rewrite(&text, round) }
          if texts.count > 10 {
            if below(50) == 0 {
              let copy = Array(texts[below(texts.count)])
              plantedCopies += 1
              plantedBytes += copy.count
              texts.append(copy)
            }
            if below(4) == 0 {
              let copy: [UInt8]
              if notes.count < 20 || below(3) > 0 {
                let from = texts[below(texts.count)]
                let start = from.startIndex + below(from.count)
                copy = Array(from[start..<min(from.endIndex, start + 100 + below(4000))])
                if notes.count < 20 { notes.append(Array(copy.prefix(600))) }
              } else {
                copy = notes[below(notes.count)]
              }
              plantedCopies += 1
              plantedBytes += copy.count
              text.insert(contentsOf: copy, at: below(text.count + 1))
            }
          }
          texts.append(text)
        }
        batch.removeAll()
      }
      guard texts.bytes.count > before else {
        throw Fault(.input, "'\(path)' holds no documents", expected: "JSONL with texts")
      }
      round += 1
    }
  }

  /// Puts other vowels in: a text of a later round shares few windows with that of the first one.
  private static func rewrite(_ text: inout [UInt8], _ round: UInt8) {
    let vowels = Array("aeiou".utf8)
    for index in text.indices {
      guard let vowel = vowels.firstIndex(of: text[index]) else { continue }
      text[index] = vowels[(vowel + Int(round)) % vowels.count]
    }
  }
}
