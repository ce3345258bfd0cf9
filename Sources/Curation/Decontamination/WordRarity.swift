import Glibc

/// How improbable words are, from how often they stand in the evaluation sets themselves.
///
/// The bits of a word that came c times among N words are
/// `-log2((c + a * p) / (N + a))`: a small set says little about which words are common, so there are
/// a = 65,536 imagined words besides, of which a function word of English has the share p = 2^-7 and
/// any other word 2^-13.
struct WordRarity: Sendable {
  private var counts: [UInt64: UInt32] = [:]
  private var total = 0
  private let functionWords: Set<UInt64>

  private static let imaginedWords = 65536.0

  init() {
    let reader = FoldedWords()
    reader.read(Self.english)
    functionWords = Set(reader.list)
  }

  mutating func add(_ words: ArraySlice<UInt64>) {
    for word in words { counts[word, default: 0] += 1 }
    total += words.count
  }

  func bits(_ word: UInt64) -> Double {
    let share = functionWords.contains(word) ? 0x1p-7 : 0x1p-13
    let count = Double(counts[word] ?? 0) + Self.imaginedWords * share
    return log2((Double(total) + Self.imaginedWords) / count)
  }

  private static let english = """
    the of and to a in is that it for as with was on be by are from at this which or an not have has \
    had were but they their his her he she you we i all can will if there one would when what who \
    how do does did so no its my your our them him then than into about up out more some these those
    """
}
