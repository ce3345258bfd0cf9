/// Frequent words of languages, for the rule that a text of a language has some of them; derived by
/// tools/stop-words from the Universal Declaration of Human Rights and from sentences of the Leipzig
/// corpora.
enum StopWordLists {
  /// A language's code and name, and its words, the most frequent first.
  static let all: [(code: String, name: String, words: String)] = [
    (
      "de", "German",
      "und der die in zu den von das auf sich ist eine des im"
    ),
    (
      "es", "Spanish",
      "de la y que a en el los se las un su es para con del"
    ),
    (
      "fr", "French",
      "de la et à des le les en du une est un dans que a pour"
    ),
    (
      "it", "Italian",
      "di e la il a in che per del un della è le ha i una"
    ),
    (
      "nl", "Dutch",
      "de van en het een in zijn op is te met voor dat die door"
    ),
    (
      "pl", "Polish",
      "w i na do z się nie że jest o to"
    ),
    (
      "pt", "Portuguese",
      "de a e que o da do com em para se no os na um por"
    ),
    (
      "ru", "Russian",
      "и в на не что с к по его или"
    ),
  ]
}
