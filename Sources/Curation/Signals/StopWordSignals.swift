import TextKernels

extension SignalGroup {
  /// Gopher's stop words for other languages, one group each: a pack measures its own.
  static let stopWordsByLanguage: [SignalGroup] = StopWordLists.all.map(stopWords)

  private static func stopWords(
    _ language: (code: String, name: String, words: String)
  ) -> SignalGroup {
    let words = language.words.split(separator: " ")
    let hashes = words.map { word in
      Array(word.utf8).withUnsafeBufferPointer { text_anatomy_word_hash($0.baseAddress, $0.count) }
    }
    return SignalGroup(
      signals: [
        .init(
          "stop_words_\(language.code)", "distinct words",
          "How many of these words of \(language.name) occur, in lower case: \(language.words).",
          paper: Paper.fineWeb2)
      ], needsWords: true
    ) { anatomy, values in
      let totals = text_anatomy_word_totals(anatomy.parts, hashes, hashes.count)
      values[0] = Float(totals.distinct_marked)
    }
  }
}
