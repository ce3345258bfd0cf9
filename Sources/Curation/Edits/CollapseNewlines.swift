import Corpora
import Runs

/// Shortens runs of newlines: at most `most` stay. RefinedWeb keeps two (Penedo et al. 2023,
/// arXiv:2306.01116).
struct CollapseNewlines: TextEdit {
  static let signals: [SignalDescription] = [
    .init("newlines_removed", "newlines", "Newlines that the edit collapse_newlines took away.")
  ]
  static let summary = "Shortens runs of newlines to at most `most` (2)."

  let most: Int

  init(_ options: RecipeMapping) { most = options.integer("most", in: 1...1_000) ?? 2 }

  var configuration: String { "most: \(most)" }

  func makeEditor() -> any TextEditor { Editor(most: most) }

  private final class Editor: TextEditor {
    private let most: Int

    init(most: Int) { self.most = most }

    func edit(
      _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
      anatomy: TextAnatomy, into output: inout [UInt8],
      counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
    ) {
      let newline = UInt8(ascii: "\n")
      var run = 0
      var kept = 0
      var removed = 0
      for at in 0...text.count {
        if at < text.count, text[at] == newline {
          run += 1
          continue
        }
        if run > most {
          // From the last place on to the newlines that stay, then go on behind the run.
          let end = at - run + most
          output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<end]))
          changes?.append(TextChange(end..<at, "newlines"))
          removed += at - end
          kept = at
        }
        run = 0
      }
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<text.count]))
      counts[0] = Float(removed)
    }
  }
}
