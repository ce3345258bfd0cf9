import Corpora
import Runs

/// Takes out lines of nothing but the given symbols and spaces, such as the frames of tables. FineWeb-2
/// ends with it for `|` (Penedo et al. 2025, arXiv:2506.20920).
///
/// As in datatrove, lines end at every Unicode line break and are joined by newlines, without one at the
/// end; a run of such lines becomes one replacement. Line ends that this changes are changes too,
/// in texts without such lines as well.
struct SymbolLines: TextEdit {
  static let signals: [SignalDescription] = [
    .init("symbol_lines_removed", "lines", "Lines that the edit symbol_lines took away.")
  ]
  static let summary =
    "Takes out lines of nothing but `symbols` (|) and spaces; `blank_line` (true) leaves a blank line "
    + "for each run of them."

  let symbols: String
  let leavesBlankLine: Bool

  init(_ options: RecipeMapping) {
    symbols = options.string("symbols") ?? "|"
    leavesBlankLine = options.flag("blank_line") ?? true
  }

  var configuration: String { "symbols: \(symbols), blank_line: \(leavesBlankLine)" }
  var readsAnatomy: Bool { true }

  func makeEditor() -> any TextEditor { Editor(self) }

  private final class Editor: TextEditor {
    /// The symbols of ASCII by their bytes, and the others.
    private let isSymbol: [Bool]
    private let wideSymbols: Set<[UInt8]>
    private let leavesBlankLine: Bool

    init(_ edit: SymbolLines) {
      let symbols = edit.symbols.unicodeScalars
      isSymbol = (0..<128).map { symbols.contains(Unicode.Scalar(UInt8($0))) }
      wideSymbols = Set(symbols.filter { !$0.isASCII }.map { Array(String($0).utf8) })
      leavesBlankLine = edit.leavesBlankLine
    }

    func edit(
      _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
      anatomy: TextAnatomy, into output: inout [UInt8],
      counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
    ) {
      var removed = 0
      var isInRun = false
      var isFirst = true
      // Where the line before ended.
      var end = 0
      for line in 0..<anatomy.lineCount {
        let range = anatomy.lineRange(line)
        let lineEnd = end..<range.lowerBound
        end = range.upperBound
        let isSymbols = isSymbolLine(UnsafeRawBufferPointer(rebasing: text[range]))
        if isSymbols { removed += 1 }
        if isSymbols, isInRun || !leavesBlankLine {
          changes?.append(TextChange(lineEnd.lowerBound..<range.upperBound, "symbol line"))
          isInRun = true
          continue
        }
        if changes != nil { note(lineEnd, becomes: isFirst ? "" : "\n", of: text, in: &changes) }
        if !isFirst { output.append(0x0a) }
        isFirst = false
        isInRun = isSymbols
        if isSymbols {
          changes?.append(TextChange(range, "symbol line", replacement: "\n"))
          output.append(0x0a)
        } else {
          output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[range]))
        }
      }
      if changes != nil { note(end..<text.count, becomes: "", of: text, in: &changes) }
      counts[0] = Float(removed)
    }

    /// Adds what becomes of a line end where that is something else.
    private func note(
      _ lineEnd: Range<Int>, becomes replacement: String, of text: UnsafeRawBufferPointer,
      in changes: inout [TextChange]?
    ) {
      guard !text[lineEnd].elementsEqual(replacement.utf8) else { return }
      changes?.append(TextChange(lineEnd, "line ends", replacement: replacement))
    }

    /// Whether a line has only symbols and spaces, and at least one symbol.
    private func isSymbolLine(_ line: UnsafeRawBufferPointer) -> Bool {
      var hasSymbol = false
      var start = 0
      while start < line.count {
        let byte = line[start]
        var end = start + 1
        if byte == 0x20 {
          start = end
          continue
        }
        if byte < 0x80 {
          guard isSymbol[Int(byte)] else { return false }
        } else {
          guard !wideSymbols.isEmpty else { return false }
          while end < line.count, end - start < 4, line[end] & 0xc0 == 0x80 { end += 1 }
          guard wideSymbols.contains(Array(line[start..<end])) else { return false }
        }
        hasSymbol = true
        start = end
      }
      return hasSymbol
    }
  }
}
