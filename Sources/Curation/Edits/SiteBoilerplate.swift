import Corpora
import Runs
import Streams
import TextKernels

/// Removes lines that many documents of one host have: menus, notices, footers. CCNet and others
/// remove lines repeated across their whole shard (Wenzek et al. 2020, arXiv:1911.00359); here the
/// host is the measure, so that what two sites happen to share stays.
///
/// A line goes where at least `min_documents` documents of its host have it, and at least `min_share`
/// of them. Lines are compared in lower case (A-Z), with one space for each run of whitespace; lines
/// without a letter or a character beyond ASCII stay, as do all lines of a document without a URL,
/// and all lines of a host with fewer documents. They are counted beforehand, over all inputs as they
/// came, by `SiteLineCounts`.
struct SiteBoilerplate: TextEdit {
  static let signals: [SignalDescription] = [
    .init(
      "site_lines_removed", "lines",
      "Lines that the edit site_boilerplate removed, since many documents of the site have them.",
      paper: Paper.ccNet),
    .init(
      "site_removed_ratio", "share of bytes", "What the edit site_boilerplate removed of the text.",
      paper: Paper.ccNet),
  ]
  static let summary =
    "Removes lines that at least `min_documents` (10) documents of a site and `min_share` (0.1) of "
    + "its documents have; needs a first pass over the inputs."

  let minimumDocuments: Int
  let minimumShare: Double

  init(_ options: RecipeMapping) {
    minimumDocuments = options.integer("min_documents", in: 2...1_000_000_000) ?? 10
    minimumShare = options.number("min_share", in: 0...1) ?? 0.1
  }

  var configuration: String { "min_documents: \(minimumDocuments) min_share: \(minimumShare)" }

  /// An editor that knows of no repeated line.
  func makeEditor() -> any TextEditor { makeEditor(FrozenSiteLines()) }

  func makeEditor(_ lines: FrozenSiteLines) -> any TextEditor { Editor(self, lines) }

  private final class Editor: TextEditor {
    private let edit: SiteBoilerplate
    private let lines: FrozenSiteLines
    private var reader = SiteLineReader()

    init(_ edit: SiteBoilerplate, _ lines: FrozenSiteLines) {
      self.edit = edit
      self.lines = lines
    }

    func edit(
      _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
      anatomy: TextAnatomy, into output: inout [UInt8],
      counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
    ) {
      guard batch.urls.withBytes(index, { reader.readHost($0) }) else {
        counts[0] = .nan
        counts[1] = .nan
        output.append(contentsOf: text)
        return
      }
      let documents = lines.count(of: reader.hostKey)
      let enough = max(Double(edit.minimumDocuments), edit.minimumShare * Double(documents))
      guard Double(documents) >= enough else { return output.append(contentsOf: text) }
      var kept = 0
      var removedBytes = 0
      reader.forEachLine(of: text) { key, range in
        guard Double(lines.count(of: key)) >= enough else { return }
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<range.lowerBound]))
        changes?.append(TextChange(range, "site boilerplate"))
        counts[0] += 1
        removedBytes += range.count
        kept = range.upperBound
      }
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[kept..<text.count]))
      counts[1] = ratio(removedBytes, of: text.count)
    }
  }
}

/// Names a document's host and lines by 64-bit keys, the same whenever host and line are the same.
struct SiteLineReader {
  private(set) var hostKey: UInt64 = 0
  private var host = SiteHost()
  private var line: [UInt8] = []

  /// Reads the host of a URL; false where it has none. `www.` in front says nothing.
  mutating func readHost(_ url: UnsafeRawBufferPointer) -> Bool {
    host.read(url)
    let name = host.bytes.starts(with: "www.".utf8) ? host.bytes.dropFirst(4) : host.bytes[...]
    guard !name.isEmpty else { return false }
    hostKey = name.withUnsafeBytes { ContentDigest($0).low }
    return true
  }

  /// Calls `body` with the key of each line of this host that has a letter, and its bytes with the
  /// newline behind it.
  mutating func forEachLine(
    of text: UnsafeRawBufferPointer, _ body: (_ key: UInt64, _ range: Range<Int>) -> Void
  ) {
    var start = 0
    while start < text.count {
      let rest = UnsafeRawBufferPointer(rebasing: text[start...])
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { start + $0 } ?? text.count
      let next = min(end + 1, text.count)
      if let key = key(of: UnsafeRawBufferPointer(rebasing: text[start..<end])) {
        body(key, start..<next)
      }
      start = next
    }
  }

  private mutating func key(of text: UnsafeRawBufferPointer) -> UInt64? {
    guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
      text.contains(where: { $0 >= 0x80 || ($0 | 0x20) &- 0x61 < 26 })
    else { return nil }
    if line.count < text.count + 24 {
      line = [UInt8](repeating: 0, count: 2 * text.count + 64)
    }
    return line.withUnsafeMutableBufferPointer { buffer in
      guard let output = buffer.baseAddress else { return nil }
      let count = text_collapse(bytes, text.count, output)
      guard count > 0 else { return nil }
      // The host's key behind the line makes the key one of both.
      withUnsafeBytes(of: hostKey.littleEndian) { key in
        for (offset, byte) in key.enumerated() { output[count + offset] = byte }
      }
      return ContentDigest(UnsafeRawBufferPointer(start: output, count: count + 8)).low
    }
  }
}
