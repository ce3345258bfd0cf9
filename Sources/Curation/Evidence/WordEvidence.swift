import TextKernels

extension SignalEvidence {
  /// The longest runs of words, symbols alone included, without a letter.
  static func wordsWithoutLetters(_ sense: Sense) -> SignalEvidence {
    SignalEvidence(sense: sense, needsWords: true) { anatomy, places in
      guard let words = anatomy.parts.pointee.words else { return }
      let letters = UInt32(ANATOMY_WORD_ALPHA)
      var start: Int?
      for index in 0...anatomy.wordCount {
        let isInside = index < anatomy.wordCount && words[index].flags & letters == 0
        if isInside, start == nil { start = anatomy.wordRange(index).lowerBound }
        if !isInside, let first = start {
          places.addLongest(first..<anatomy.wordRange(index - 1).upperBound)
          start = nil
        }
      }
    }
  }

  static let hashSigns = SignalEvidence { anatomy, places in
    let text = anatomy.text
    for at in text.indices where text[at] == UInt8(ascii: "#") {
      if !places.add(at..<at + 1) { return }
    }
  }

  /// "..." and "…", as they are counted: three dots at a time.
  static let ellipses = SignalEvidence { anatomy, places in
    let text = anatomy.text
    var at = 0
    while at + 3 <= text.count {
      let three = (text[at], text[at + 1], text[at + 2])
      guard three == (0x2E, 0x2E, 0x2E) || three == (0xE2, 0x80, 0xA6) else {
        at += 1
        continue
      }
      if !places.add(at..<at + 3) { return }
      at += 3
    }
  }

  /// Where one of these phrases stands, ASCII letters in either case. Phrases are in lower case.
  static func occurrences(of phrases: [String]) -> SignalEvidence {
    let phrases = phrases.map { Array($0.utf8) }
    return SignalEvidence { anatomy, places in
      let text = anatomy.text
      var at = 0
      while at < text.count {
        let found = phrases.first { phrase in
          at + phrase.count <= text.count
            && phrase.indices.allSatisfy { lowercase(text[at + $0]) == phrase[$0] }
        }
        guard let found else {
          at += 1
          continue
        }
        if !places.add(at..<at + found.count) { return }
        at += found.count
      }
    }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (65...90).contains(byte) ? byte | 32 : byte
  }

  /// The longest runs without ASCII letters and digits and without characters beyond ASCII.
  static let runsOfSymbols = SignalEvidence(sense: .low) { anatomy, places in
    let text = anatomy.text
    var start = 0
    for at in 0...text.count {
      if at < text.count, !isLetterOrDigit(text[at]) { continue }
      places.addLongest(WhiteSpace.trimmed(start..<at, of: text))
      start = at + 1
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 0x80...: true
    default: false
    }
  }
}
