import Corpora
import Runs
import Streams

/// One document for a person's eyes: its fields in a line each, then the beginning of its text.
struct DocumentPortrait {
  let width: Int
  /// 0 for all lines.
  let lineLimit: Int
  let isColoured: Bool

  func text(_ batch: DocumentBatch, _ index: Int, number: Int) -> String {
    let document = batch[index]
    let title = "\(number)  \(document.id.printable)"
    var lines = [coloured(cut(title), "1;36")]
    lines += [
      field("source", document.source), field("url", document.url ?? ""),
      field("size", "\(grouped(batch.texts.byteCount(index))) bytes"),
      field("metadata", String(decoding: document.metadata, as: UTF8.self)),
      field("attributes", batch.carriedAttributes.string(index)),
      field("other", batch.otherFields.string(index)),
    ].compactMap { $0 }
    let body = wrapped(document.text)
    lines += body.lines
    if body.left > 0 { lines.append(coloured("… \(grouped(body.left)) more characters", "2")) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func field(_ name: String, _ value: String) -> String? {
    if value.isEmpty { return nil }
    return coloured(cut("   \(name.padding(to: 10)) \(value.printable)"), "2")
  }

  /// The text's lines cut at the width, and how many characters do not fit the limit.
  private func wrapped(_ text: String) -> (lines: [String], left: Int) {
    var lines: [String] = []
    var rest = text[...]
    while let first = rest.firstIndex(where: { _ in true }) {
      if lineLimit > 0, lines.count == lineLimit { return (lines, rest.unicodeScalars.count) }
      let end = rest.firstIndex(where: \.isNewline) ?? rest.endIndex
      let stop = rest.index(first, offsetBy: width, limitedBy: end) ?? end
      lines.append(String(rest[first..<stop]).printable)
      rest = rest[stop...]
      if stop == end, end < text.endIndex { rest = rest.dropFirst() }
    }
    return (lines, 0)
  }

  private func cut(_ line: String) -> String {
    line.count <= width ? line : String(line.prefix(max(1, width - 1))) + "…"
  }

  private func coloured(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
