import Runs
import Streams

/// A list that a pack names under `lists:`, and the number that it is measured as.
///
///     lists:
///       bad_words: {file: lists/bad-words.txt, match: words}
///     measurements: [bad_words]
///
/// The name of the column has the digest of the list and its options: another list is another column.
public final class PackList: Sendable, Equatable {
  /// What an entry is compared with.
  enum Match: String, CaseIterable {
    /// The text in lower case, between characters that are none of a word, as C4's bad words are.
    case words
    /// The text in lower case, anywhere: C4's bad words in Chinese, Japanese and Thai.
    case phrases
    /// The registered domain of the URL.
    case domains
    /// The whole host of the URL.
    case hosts
    /// The whole URL.
    case urls
    /// What stands in the URL between characters other than A-Z, a-z and 0-9; entries lose those
    /// characters and their case, the URL keeps its case.
    case urlWords = "url_words"
    /// The URL in lower case without characters other than a-z and 0-9, anywhere; entries likewise.
    case urlSubwords = "url_subwords"
  }

  enum Matcher: Sendable {
    case text(WordList, distinct: Bool)
    case domains(HashedStrings, PublicSuffixes)
    case hosts(HashedStrings)
    case urls(HashedStrings)
    case urlWords(HashedStrings)
    case urlSubwords(WordList)
  }

  /// What its number means.
  public let description: SignalDescription
  /// The start of the column's name.
  let column: String
  let matcher: Matcher

  public var name: String { description.name }
  /// Whether it is measured on the URL alone, so that no edit changes it.
  var readsURL: Bool { description.survivesEdits }

  public static func == (a: PackList, b: PackList) -> Bool { a.column == b.column }

  /// Reads one list of a pack; nil, with a fault in `options`, where it cannot be read.
  /// - Parameter packFolder: where files are looked for; nil for a pack of the program.
  init?(_ name: String, _ options: RecipeMapping, packFolder: String?) throws {
    let path = options.requiredString("file")
    let match = options.choice("match", of: Match.allCases.map(\.rawValue)).flatMap(Match.init)
    if match == nil, !options.keys.contains("match") { options.missing("match") }
    let isText = match == .words || match == .phrases
    let count = options.choice("count", of: ["hits", "distinct"])
    if count != nil, !isText {
      options.fault("count", "'count' is for words and phrases", hint: "take it out")
    }
    let suffixes = options.string("suffixes")
    if suffixes != nil, match != .domains {
      options.fault("suffixes", "'suffixes' is for domains", hint: "take it out")
    }
    guard !path.isEmpty, let match else { return nil }
    var parts = [ContentDigest(match.rawValue + (count == "distinct" ? " distinct" : ""))]
    let file: ListFile
    do {
      file = try ListFile.named(path, packFolder: packFolder)
      parts.append(file.bytes.withUnsafeBytes { ContentDigest($0) })
      switch match {
      case .words, .phrases:
        let list = try WordList(file, wholeWords: match == .words)
        matcher = .text(list, distinct: count == "distinct")
      case .domains:
        let (known, source) =
          try suffixes.map {
            try PublicSuffixes.read($0, packFolder: packFolder)
          } ?? PublicSuffixes.builtIn()
        parts.append(source.bytes.withUnsafeBytes { ContentDigest($0) })
        matcher = .domains(Self.lowerCase(file), known)
      case .hosts: matcher = .hosts(Self.lowerCase(file))
      case .urls:
        var set = HashedStrings(expected: file.entries.count)
        file.forEach { set.insert($0) }
        matcher = .urls(set)
      case .urlWords:
        var set = HashedStrings(expected: file.entries.count)
        for word in Self.joined(file) { word.withUnsafeBytes { set.insert($0) } }
        matcher = .urlWords(set)
      case .urlSubwords:
        matcher = .urlSubwords(try WordList(anywhere: Self.joined(file), path: file.path))
      }
    } catch let fault as Fault where fault.kind == .input {
      options.fault(
        "file", fault.message + (fault.place.map { " at \($0)" } ?? ""), expected: fault.expected,
        hint: fault.hint)
      return nil
    }
    let digest = ContentDigest(parts.map(\.hex).joined()).hex.prefix(8)
    column = "\(name)-\(digest)"
    description = Self.description(name, match, distinct: count == "distinct", file)
  }

  private static func description(
    _ name: String, _ match: Match, distinct: Bool, _ file: ListFile
  ) -> SignalDescription {
    let list = "the list '\(Folder.name(of: file.path))'"
    return switch match {
    case .words, .phrases:
      distinct
        ? .init(name, "distinct entries", "Entries of \(list) that the text has.")
        : .init(name, "places", "Places in the text that have an entry of \(list).")
    case .domains, .hosts, .urls:
      .init(
        name, "1 or 0",
        "Whether \(match == .domains ? "the registered domain" : match == .hosts ? "the host" : "")"
          + "\(match == .urls ? "the URL" : " of the URL") is in \(list).", survivesEdits: true)
    case .urlWords:
      .init(
        name, "distinct words", "Words of the URL that are in \(list).", survivesEdits: true)
    case .urlSubwords:
      .init(
        name, "places", "Places in the URL's letters and digits that have an entry of \(list).",
        survivesEdits: true)
    }
  }

  private static func lowerCase(_ file: ListFile) -> HashedStrings {
    var set = HashedStrings(expected: file.entries.count)
    var lower: [UInt8] = []
    file.forEach { entry in
      LowerCase.map(entry, into: &lower)
      lower.withUnsafeBytes { set.insert($0) }
    }
    return set
  }

  /// Entries with nothing but their ASCII letters, in lower case, and digits.
  private static func joined(_ file: ListFile) -> [[UInt8]] {
    var words: [[UInt8]] = []
    file.forEach { entry in
      let word = entry.compactMap { URLWords.isPart($0) ? URLWords.lower($0) : nil }
      if !word.isEmpty { words.append(word) }
    }
    return words
  }
}

/// The letters and digits of URLs, as datatrove's URL rules see them.
enum URLWords {
  static func isPart(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
  }

  static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
