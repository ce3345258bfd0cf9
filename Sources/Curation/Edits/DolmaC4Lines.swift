import Corpora
import Runs
import TextKernels

/// Takes away the lines that Dolma's tagger `c4_v2` marks, with their newlines: those that end in
/// none of . ? ! ", and those of less than three words (Soldaini et al. 2024, arXiv:2402.00159).
struct DolmaC4Lines: TextEdit {
  static let signals: [SignalDescription] = [
    .init(
      "dolma_c4_lines_removed", "lines", "Lines that the edit dolma_c4_lines took away.",
      paper: Paper.dolma)
  ]
  static let summary =
    "Takes away lines without . ? ! \" at their end (no_ending_punctuation: true) and lines of "
    + "less than three words (too_few_words: true), as Dolma's mixer does after c4_v2."

  let noEndingPunctuation: Bool
  let tooFewWords: Bool

  init(_ options: RecipeMapping) {
    noEndingPunctuation = options.flag("no_ending_punctuation") ?? true
    tooFewWords = options.flag("too_few_words") ?? true
  }

  var configuration: String {
    "no_ending_punctuation: \(noEndingPunctuation), too_few_words: \(tooFewWords)"
  }

  func makeEditor() -> any TextEditor { Editor(self) }

  private final class Editor: TextEditor {
    private let edit: DolmaC4Lines
    private let flaws: Int32

    init(_ edit: DolmaC4Lines) {
      self.edit = edit
      flaws =
        (edit.noEndingPunctuation ? Int32(DOLMA_C4_NO_END) : 0)
        | (edit.tooFewWords ? Int32(DOLMA_C4_SHORT) : 0)
    }

    func edit(
      _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
      anatomy: TextAnatomy, into output: inout [UInt8],
      counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
    ) {
      guard let bytes = text.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
      var removed = 0
      var kept = 0
      var start = 0
      while start < text.count {
        let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
        let next = min(end + 1, text.count)
        let found = dolma_c4_line(bytes, start, end) & flaws
        if found != 0 {
          output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<start]))
          kept = next
          removed += 1
          changes?.append(
            TextChange(
              start..<next,
              found & Int32(DOLMA_C4_NO_END) != 0
                ? "line without end mark" : "line of less than three words"))
        }
        start = next
      }
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<text.count]))
      counts[0] = Float(removed)
    }
  }
}
