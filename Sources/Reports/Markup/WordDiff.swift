/// The words in which one text differs from another: Myers' shortest edit script (1986).
struct WordDiff: Equatable {
  enum Change { case same, insertion, deletion }

  struct Run: Equatable {
    var change: Change
    var words: String
  }

  /// Words beyond this number are not compared: excerpts are shorter.
  static let wordLimit = 600

  let runs: [Run]

  /// What turns `old` into `new`. White space is not compared.
  init(from old: String, to new: String) {
    let oldWords = Self.words(old)
    let newWords = Self.words(new)
    let difference = newWords.difference(from: oldWords)
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var runs: [(change: Change, words: [Substring])] = []
    func add(_ word: Substring, _ change: Change) {
      if runs.last?.change == change {
        runs[runs.count - 1].words.append(word)
      } else {
        runs.append((change, [word]))
      }
    }
    var (oldIndex, newIndex) = (0, 0)
    while oldIndex < oldWords.count || newIndex < newWords.count {
      if oldIndex < oldWords.count, removed.contains(oldIndex) {
        add(oldWords[oldIndex], .deletion)
        oldIndex += 1
      } else if newIndex < newWords.count, inserted.contains(newIndex) {
        add(newWords[newIndex], .insertion)
        newIndex += 1
      } else if oldIndex < oldWords.count, newIndex < newWords.count {
        add(newWords[newIndex], .same)
        oldIndex += 1
        newIndex += 1
      } else {
        break
      }
    }
    self.runs = runs.map { Run(change: $0.change, words: $0.words.joined(separator: " ")) }
  }

  var isEmpty: Bool { runs.allSatisfy { $0.change == .same } }

  func html() -> HTML {
    runs.map { run -> HTML in
      switch run.change {
      case .same: "\(run.words) "
      case .insertion: "<ins>\(run.words)</ins> "
      case .deletion: "<del>\(run.words)</del> "
      }
    }.reduce("", +)
  }

  private static func words(_ text: String) -> [Substring] {
    Array(text.split(whereSeparator: \.isWhitespace).prefix(wordLimit))
  }
}
