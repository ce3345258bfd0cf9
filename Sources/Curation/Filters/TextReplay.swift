import Corpora

/// One document's text as each edit of a chain left it: what the rules of each place have seen.
public struct TextReplay: Sendable, Equatable {
  /// A version of the text.
  public struct Version: Sendable, Equatable {
    /// As in the names of columns; empty for the text as it came.
    public let name: String
    /// The edit that made it, nil for the text as it came.
    public let edit: String?
    /// The pack that wants the edit: index into the chain's packs.
    public let pack: Int
    /// UTF-8.
    public let text: [UInt8]
    /// What the edit did, in bytes of the version before.
    public let changes: [TextChange]
  }

  /// The text as it came, then one version an edit.
  public let versions: [Version]
}

/// Edits single documents again as a chain does, and notes each change; for one thread.
final class TextReplayer {
  private let chain: FilterChain
  private let anatomy: TextAnatomy
  /// One a version; nil for the text as it came.
  private let editors: [(any TextEditor)?]

  /// - Parameter anatomy: what edits that want the text taken apart fill and read.
  init(_ chain: FilterChain, siteLines: FrozenSiteLines?, anatomy: TextAnatomy) throws {
    self.chain = chain
    self.anatomy = anatomy
    editors = try chain.versions.map { try ChainMeter.editor($0, chain, siteLines) }
  }

  /// - Parameter edits: whether a pack's edits apply to this document.
  func replay(
    _ batch: DocumentBatch, _ document: Int, edits: (_ pack: Int) -> Bool
  ) throws -> TextReplay {
    var text = Array(batch.texts[document])
    var versions = [
      TextReplay.Version(name: "", edit: nil, pack: 0, text: text, changes: [])
    ]
    for (version, editor) in zip(chain.versions, editors).dropFirst() {
      var changes: [TextChange]? = []
      if let editor, edits(version.pack) {
        text = try edit(
          text, editor, readsAnatomy: version.edit?.edit.readsAnatomy == true,
          counts: version.counts.count, batch, document, &changes)
      }
      versions.append(
        TextReplay.Version(
          name: version.name, edit: version.edit?.name, pack: version.pack, text: text,
          changes: changes ?? []))
    }
    return TextReplay(versions: versions)
  }

  private func edit(
    _ text: [UInt8], _ editor: any TextEditor, readsAnatomy: Bool, counts: Int,
    _ batch: DocumentBatch, _ document: Int, _ changes: inout [TextChange]?
  ) throws -> [UInt8] {
    var output: [UInt8] = []
    var row = [Float](repeating: 0, count: counts)
    try text.withUnsafeBytes { bytes in
      try row.withUnsafeMutableBufferPointer { row in
        if readsAnatomy {
          try anatomy.withText(bytes, words: nil) {
            try editor.edit(
              bytes, of: batch, at: document, anatomy: $0, into: &output, counts: row,
              changes: &changes)
          }
        } else {
          try editor.edit(
            bytes, of: batch, at: document, anatomy: anatomy, into: &output, counts: row,
            changes: &changes)
        }
      }
    }
    return output
  }
}
