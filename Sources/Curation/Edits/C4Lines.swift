import Corpora
import Runs
import TextKernels

/// C4's rules on lines (Raffel et al. 2020, arXiv:1910.10683) as datatrove 0.10 applies them: lines
/// are stripped and dropped or kept, citation marks are deleted, the kept lines are joined by "\n".
///
/// datatrove stops at the first line that speaks against the whole document ("lorem ipsum", "{")
/// and leaves its text. Here such lines are counted and rules of the pack decide; the walk goes on,
/// so that the text and the other counts are those of datatrove with that rule turned off. A line
/// that is dropped by an earlier reason is not counted, as there. The verdict is the same.
struct C4Lines: TextEdit {
  static let signals: [SignalDescription] = [
    .init(
      "c4_long_word_lines", "lines", "Lines that went for a word longer than `max_word_length`.",
      paper: Paper.c4),
    .init(
      "c4_unended_lines", "lines", "Lines that went for not ending in . ? ! \" or '.",
      paper: Paper.c4),
    .init(
      "c4_few_word_lines", "lines", "Lines that went for fewer words than `min_words_per_line`.",
      paper: Paper.c4),
    .init(
      "c4_javascript_lines", "lines", "Lines that went for naming JavaScript.", paper: Paper.c4),
    .init(
      "c4_policy_lines", "lines", "Lines that went for a phrase of policies and cookies.",
      paper: Paper.c4),
    .init(
      "c4_citations", "marks", "Citation marks that were deleted from kept lines.",
      paper: Paper.c4),
    .init("c4_kept_lines", "lines", "Lines that were kept.", paper: Paper.c4),
    .init(
      "c4_lorem_ipsum", "lines",
      "Lines with lorem ipsum, but for those that went for their words or end.", paper: Paper.c4),
    .init(
      "c4_curly_bracket", "lines",
      "Lines with {, but for those that went for their words, end or JavaScript.", paper: Paper.c4),
    .init(
      "c4_sentence_count", "sentences",
      "Sentences of the kept lines, each line cut on its own by spaCy's sentencizer.",
      paper: Paper.c4),
  ]
  static let summary = """
    Drops lines by C4's rules: long words (max_word_length: 1000), no end punctuation \
    (terminal_punctuation: true), few words (min_words_per_line: 3), JavaScript (drop_javascript: \
    true), policies (drop_policy: true); deletes citation marks (remove_citations: true). -1 or \
    false turns a rule off.
    """

  private let maxWordLength: Int
  private let terminalPunctuation: Bool
  private let minWordsPerLine: Int
  private let removeCitations: Bool
  private let dropJavaScript: Bool
  private let dropPolicy: Bool

  init(_ options: RecipeMapping) {
    maxWordLength = options.integer("max_word_length", in: -1...Int(UInt32.max)) ?? 1_000
    terminalPunctuation = options.flag("terminal_punctuation") ?? true
    minWordsPerLine = options.integer("min_words_per_line", in: -1...Int(UInt32.max)) ?? 3
    removeCitations = options.flag("remove_citations") ?? true
    dropJavaScript = options.flag("drop_javascript") ?? true
    dropPolicy = options.flag("drop_policy") ?? true
  }

  var configuration: String {
    "max_word_length: \(maxWordLength), terminal_punctuation: \(terminalPunctuation), "
      + "min_words_per_line: \(minWordsPerLine), remove_citations: \(removeCitations), "
      + "drop_javascript: \(dropJavaScript), drop_policy: \(dropPolicy)"
  }

  var readsAnatomy: Bool { true }

  func makeEditor() throws -> any TextEditor {
    let options = c4_line_options(
      least_words: max(minWordsPerLine, 0),
      longest_word: maxWordLength < 0 ? Int.max : maxWordLength,
      end_punctuation: terminalPunctuation, citations: removeCitations,
      javascript: dropJavaScript, policies: dropPolicy)
    return try C4LineEditor(options)
  }
}

/// Drops lines; for one thread.
private final class C4LineEditor: TextEditor {
  private let lines: OpaquePointer

  init(_ options: c4_line_options) throws {
    guard let lines = c4_lines_create(options) else { throw TextAnatomy.noMemory(0) }
    self.lines = lines
  }

  deinit { c4_lines_destroy(lines) }

  func edit(
    _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
    anatomy: TextAnatomy, into output: inout [UInt8],
    counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
  ) throws {
    try anatomy.requireWords(.datatrove)
    var result = c4_lines_result()
    guard c4_lines_edit(lines, anatomy.parts, &result) else {
      throw TextAnatomy.noMemory(text.count)
    }
    output.append(contentsOf: UnsafeBufferPointer(start: result.text, count: result.length))
    counts[0] = Float(result.removed.0)
    counts[1] = Float(result.removed.1)
    counts[2] = Float(result.removed.2)
    counts[3] = Float(result.removed.3)
    counts[4] = Float(result.removed.4)
    counts[5] = Float(result.removed.5)
    counts[6] = Float(result.kept_lines)
    counts[7] = Float(result.lorem_ipsum)
    counts[8] = Float(result.curly_brackets)
    counts[9] = Float(result.sentences)
    if changes != nil {
      var account = C4Changes(text, result)
      changes?.append(contentsOf: account.changes())
    }
  }
}
