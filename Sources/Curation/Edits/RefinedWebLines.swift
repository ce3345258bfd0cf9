import Corpora
import Glibc
import Runs
import TextKernels

/// RefinedWeb's corrections line by line, as DCLM reproduces them: away go lines in capitals, lines
/// of digits, counters such as "3 likes", lines of one word, and three phrases of web pages in short
/// lines (Penedo et al. 2023, arXiv:2306.01116; Li et al. 2024, arXiv:2406.11794).
struct RefinedWebLines: TextEdit {
  static let signals: [SignalDescription] = [
    .init(
      "refinedweb_lines_removed", "lines",
      "Lines, not of white space alone, that the edit refinedweb_lines took away.",
      paper: Paper.refinedWeb),
    .init(
      "refinedweb_words_removed", "share of words",
      "Words (at ASCII white space, starting with a letter or digit) that refinedweb_lines took "
        + "away; 1 where there was none.",
      paper: Paper.refinedWeb),
  ]
  static let summary =
    "Takes away lines in capitals, of digits, of counters and of one word, and three phrases of "
    + "web pages in lines of at most ten words."

  init(_ options: RecipeMapping) {}

  var configuration: String { "" }
  var readsAnatomy: Bool { true }

  func makeEditor() -> any TextEditor { RefinedWebLinesEditor() }
}

/// Keeps the lines of one text as ranges. Rules come one after the other over all lines, as what
/// stands at the ends of the whole text loses its white space between them.
final class RefinedWebLinesEditor: TextEditor {
  /// Why a line went.
  enum Reason: String {
    case capitals = "line in capitals"
    case digits = "line of digits"
    case counter = "counter line"
    case short = "line of less than two words"
    case phrase = "web page phrase"
    case space = "white space"
  }

  struct Line {
    /// As it came, without its newline.
    var whole: Range<Int>
    /// What is left of it.
    var rest: Range<Int>
    var counts: range_counts
    var reason: Reason?
    /// Index into `rewritten` where it has lost a phrase.
    var rewritten: Int?
  }

  private var lines: [Line] = []
  private var rewritten: [RewrittenLine] = []
  /// The lines that are left lie in here.
  private var kept = 0..<0

  func edit(
    _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
    anatomy: TextAnatomy, into output: inout [UInt8],
    counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
  ) throws {
    counts[1] = 1
    guard let bytes = text.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    var tokens = 0
    guard text_anatomy_prepare_ranges(anatomy.parts, &tokens) else {
      throw TextAnatomy.noMemory(text.count)
    }
    cut(bytes, text.count, anatomy)
    remove(.capitals) { Double($0.counts.upper) / Double($0.counts.characters) > 0.5 }
    strip(bytes, anatomy)
    remove(.digits) { Double($0.counts.digits) / Double($0.counts.characters) > 0.999999 }
    strip(bytes, anatomy)
    remove(.counter) {
      $0.counts.digits > 0 && refinedweb_counts_only(bytes, $0.rest.lowerBound, $0.rest.upperBound)
    }
    strip(bytes, anatomy)
    remove(.space) { $0.counts.words == 0 }
    remove(.short) { $0.counts.words < 2 }
    removePhrases(text, bytes, anatomy)

    let start = output.count
    write(text, to: &output)
    let left =
      output.count - start == text.count
      ? tokens
      : output.withUnsafeBufferPointer { written in
        written.baseAddress.map { dclm_token_count($0 + start, written.count - start) } ?? 0
      }
    counts[0] = Float(
      lines.reduce(0) { $0 + ($1.reason == nil || $1.reason == .space ? 0 : 1) })
    counts[1] = tokens == 0 ? 1 : Float(Double(tokens - left) / Double(tokens))
    if changes != nil { note(text, in: &changes) }
  }

  private func cut(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ anatomy: TextAnatomy) {
    lines.removeAll(keepingCapacity: true)
    rewritten.removeAll(keepingCapacity: true)
    var start = 0
    while true {
      let found = start < count ? memchr(bytes + start, 0x0A, count - start) : nil
      let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(bytes) } ?? count
      let line = text_anatomy_range(anatomy.parts, start, end)
      lines.append(Line(whole: start..<end, rest: start..<end, counts: line))
      if found == nil { break }
      start = end + 1
    }
    kept = 0..<lines.count
  }

  /// Empty lines stay.
  private func remove(_ reason: Reason, _ goes: (Line) -> Bool) {
    for line in kept where lines[line].reason == nil && !lines[line].rest.isEmpty {
      if goes(lines[line]) { lines[line].reason = reason }
    }
  }

  /// Takes the white space from both ends of all that is left.
  private func strip(_ bytes: UnsafePointer<UInt8>, _ anatomy: TextAnatomy) {
    while let first = kept.first {
      if lines[first].reason == nil {
        trim(first, bytes, anatomy, start: true)
        if !isEmpty(first) { break }
        lines[first].reason = .space
      }
      kept = first + 1..<kept.upperBound
    }
    while let last = kept.last {
      if lines[last].reason == nil {
        trim(last, bytes, anatomy, start: false)
        if !isEmpty(last) { break }
        lines[last].reason = .space
      }
      kept = kept.lowerBound..<last
    }
  }

  private func isEmpty(_ line: Int) -> Bool {
    if let index = lines[line].rewritten {
      rewritten[index].bytes.isEmpty
    } else {
      lines[line].rest.isEmpty
    }
  }

  private func trim(
    _ line: Int, _ bytes: UnsafePointer<UInt8>, _ anatomy: TextAnatomy, start: Bool
  ) {
    if let index = lines[line].rewritten {
      let count = rewritten[index].bytes.count
      let inner = rewritten[index].bytes.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { text_strip($0, 0, count) } ?? anatomy_range(start: 0, end: 0)
      }
      rewritten[index].keep([start ? Int(inner.start)..<count : 0..<Int(inner.end)])
    } else {
      let rest = lines[line].rest
      let inner = text_strip(bytes, rest.lowerBound, rest.upperBound)
      let left =
        if inner.start == inner.end {
          rest.lowerBound..<rest.lowerBound
        } else {
          start ? Int(inner.start)..<rest.upperBound : rest.lowerBound..<Int(inner.end)
        }
      guard left != rest else { return }
      lines[line].rest = left
      lines[line].counts = text_anatomy_range(anatomy.parts, left.lowerBound, left.upperBound)
    }
  }

  // MARK: Phrases

  private func removePhrases(
    _ text: UnsafeRawBufferPointer, _ bytes: UnsafePointer<UInt8>, _ anatomy: TextAnatomy
  ) {
    for phrase in [Phrase.itemsInCart, .readMore, .signIn] {
      if phrase == .itemsInCart, phrase.find(bytes, 0..<text.count) == nil {
        strip(bytes, anatomy)
        continue
      }
      for line in kept where lines[line].reason == nil {
        if let index = lines[line].rewritten {
          rewrite(index, phrase)
          if rewritten[index].isBlank { lines[line].reason = .phrase }
        } else {
          let rest = lines[line].rest
          guard lines[line].counts.words <= 10, phrase.find(bytes, rest) != nil else { continue }
          lines[line].rewritten = rewritten.count
          rewritten.append(RewrittenLine(bytes: Array(text[rest]), pieces: [rest]))
          rewrite(rewritten.count - 1, phrase)
          if rewritten[rewritten.count - 1].isBlank { lines[line].reason = .phrase }
        }
      }
      strip(bytes, anatomy)
    }
  }

  private func rewrite(_ index: Int, _ phrase: Phrase) {
    guard rewritten[index].wordCount <= 10 else { return }
    var from = 0
    var left: [Range<Int>] = []
    rewritten[index].bytes.withUnsafeBufferPointer { buffer in
      guard let bytes = buffer.baseAddress else { return }
      while let found = phrase.find(bytes, from..<buffer.count) {
        left.append(from..<found.lowerBound)
        from = found.upperBound
        if phrase != .itemsInCart { break }
      }
      left.append(from..<buffer.count)
    }
    rewritten[index].keep(left)
  }

  // MARK: Output

  private func write(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    var isFirst = true
    for line in kept where lines[line].reason == nil {
      if !isFirst { output.append(UInt8(ascii: "\n")) }
      isFirst = false
      if let index = lines[line].rewritten {
        output.append(contentsOf: rewritten[index].bytes)
      } else {
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[lines[line].rest]))
      }
    }
  }

  /// Each place that is gone: lines with the newline behind them, behind the last one with that
  /// before them.
  private func note(_ text: UnsafeRawBufferPointer, in changes: inout [TextChange]?) {
    let last = kept.last { lines[$0].reason == nil }
    for (index, line) in lines.enumerated() {
      if let reason = line.reason {
        let isBehind = last.map { index > $0 } ?? false
        let range =
          isBehind
          ? line.whole.lowerBound - 1..<line.whole.upperBound
          : line.whole.lowerBound..<min(line.whole.upperBound + 1, text.count)
        if !range.isEmpty { changes?.append(TextChange(range, reason.rawValue)) }
        continue
      }
      let pieces = line.rewritten.map { rewritten[$0].pieces } ?? [line.rest]
      let reason = line.rewritten == nil ? Reason.space : .phrase
      var from = line.whole.lowerBound
      for piece in pieces + [line.whole.upperBound..<line.whole.upperBound] {
        if piece.lowerBound > from {
          changes?.append(TextChange(from..<piece.lowerBound, reason.rawValue))
        }
        from = piece.upperBound
      }
    }
  }
}

/// A line that has lost phrases, and the pieces of the text that it is made of.
private struct RewrittenLine {
  var bytes: [UInt8]
  var pieces: [Range<Int>]

  /// Keeps these ranges of the bytes, in order.
  mutating func keep(_ ranges: [Range<Int>]) {
    var left: [Range<Int>] = []
    for range in ranges {
      var start = 0
      for piece in pieces {
        let inside = range.clamped(to: start..<start + piece.count)
        if !inside.isEmpty {
          let offset = piece.lowerBound - start
          left.append(inside.lowerBound + offset..<inside.upperBound + offset)
        }
        start += piece.count
      }
    }
    pieces = left
    bytes = ranges.flatMap { bytes[$0] }
  }

  var wordCount: Int {
    var words = 0
    var at = 0
    var isInside = false
    bytes.withUnsafeBufferPointer { buffer in
      guard let bytes = buffer.baseAddress else { return }
      while at < buffer.count {
        let space = text_space_at(bytes, at, buffer.count)
        if space == 0, !isInside { words += 1 }
        isInside = space == 0
        at += max(space, 1)
      }
    }
    return words
  }

  var isBlank: Bool { wordCount == 0 }
}

/// A phrase that short lines lose, with one white space character beside it.
private enum Phrase {
  case itemsInCart, readMore, signIn

  /// The next place in `range`. ASCII letters match in any case.
  func find(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    let start = range.lowerBound
    let end = range.upperBound
    switch self {
    case .itemsInCart:
      let at = text_find_phrase(bytes, start, end, "items in cart", 13)
      guard at < end else { return nil }
      return at - text_space_before(bytes, start, at)..<at + 13
    case .readMore:
      // Three characters of any kind close it: the pattern's dots are not escaped.
      var at = end
      for _ in 0..<3 {
        guard at > start else { return nil }
        repeat { at -= 1 } while at > start && bytes[at] & 0xC0 == 0x80
      }
      at -= 9
      guard at >= start, text_find_phrase(bytes, at, at + 9, "read more", 9) == at else {
        return nil
      }
      return at - text_space_before(bytes, start, at)..<end
    case .signIn:
      let at = start + 7
      guard at <= end, text_find_phrase(bytes, start, at, "sign-in", 7) == start else {
        return nil
      }
      return start..<at + text_space_at(bytes, at, end)
    }
  }
}
