/// How improbable the words of parts are. A text that many items have counts once.
struct PartEvidence {
  private var words = SequenceBuilder(plainOnly: true)
  /// Of each part, its words in `words`.
  private var sequences: [UInt32?] = []

  /// Takes the text of the next part.
  /// - Returns: how many words it has.
  mutating func add(_ text: String) -> Int {
    let sequence = words.readings(of: text).first
    sequences.append(sequence)
    return sequence.map { words.wordCount($0) } ?? 0
  }

  /// The bits of each part.
  func bits() -> [Float] {
    var rarity = WordRarity()
    for sequence in 0..<words.count { rarity.add(words.sequence(sequence)) }
    let bits = (0..<words.count).map { sequence in
      Float(words.sequence(sequence).reduce(0) { $0 + rarity.bits($1) })
    }
    return sequences.map { $0.map { bits[Int($0)] } ?? 0 }
  }
}
