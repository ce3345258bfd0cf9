/// A page as text blocks and the block elements that hold them: a flat tree in page order, so that
/// an element's descendants, and its blocks, are one range each. Reused from page to page.
struct PageOutline: ~Copyable {
  /// A block element, or an inline one that is hidden.
  struct Node {
    var element: HTMLElement
    var words: PageWords
    var parent: Int32
    /// Past the last descendant.
    var end: Int32
    var firstBlock: Int32
    /// Past the last block.
    var endBlock: Int32
  }

  /// A run of text without a block boundary in it.
  struct Block {
    /// The block's bytes in `text`.
    var start: Int32
    var end: Int32
    /// The innermost node, and the innermost table cell (-1: none).
    var node: Int32
    var cell: Int32
    /// Bytes inside links.
    var linkBytes: Int32
    /// Commas, full stops and the like, of any script.
    var marks: Int32
    /// Line ends that part it from the block before; 0 where it goes on on the same line, which
    /// happens at hidden inline elements only.
    var gap: UInt8
    /// Whether white space parts it from a block on the same line.
    var startsAfterSpace: Bool
    var listDepth: UInt8
    /// Whether it is the first block of its list item.
    var startsItem: Bool
    var isPreformatted: Bool
    var isHeading: Bool

    var byteCount: Int { Int(end - start) }
  }

  var text = TextBuffer()
  var title = TextBuffer(capacity: 256)
  var nodes: [Node] = []
  var blocks: [Block] = []

  mutating func removeAll() {
    text.removeAll()
    title.removeAll()
    nodes.removeAll(keepingCapacity: true)
    blocks.removeAll(keepingCapacity: true)
  }
}
