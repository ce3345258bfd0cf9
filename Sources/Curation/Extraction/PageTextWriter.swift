/// Writes the kept blocks of a page as plain text: paragraphs and headings apart by a blank line,
/// list items on lines of their own after "- ", the cells of a table row joined by " | ".
struct PageTextWriter {
  /// Longer cells get lines of their own.
  static let longestCell = 400

  func write(_ page: borrowing PageOutline, kept: [Bool], into text: inout [UInt8]) {
    var previous: PageOutline.Block?
    var gap: UInt8 = 0
    var space = false
    for (index, block) in page.blocks.enumerated() {
      gap = max(gap, block.gap)
      space = space || block.startsAfterSpace
      guard kept[index] else { continue }
      if let previous {
        if gap == 0 {
          if space { text.append(32) }
        } else {
          separate(previous, block, gap, page, &text)
        }
      }
      if block.startsItem {
        for _ in 1..<max(Int(block.listDepth), 1) { text.append(contentsOf: [32, 32]) }
        text.append(contentsOf: [45, 32])
      }
      text.append(
        contentsOf: UnsafeBufferPointer(
          start: page.text.bytes + Int(block.start), count: block.byteCount))
      previous = block
      (gap, space) = (0, false)
    }
  }

  private func separate(
    _ previous: PageOutline.Block, _ block: PageOutline.Block, _ gap: UInt8,
    _ page: borrowing PageOutline,
    _ text: inout [UInt8]
  ) {
    if isSimpleCell(previous, page), isSimpleCell(block, page), previous.cell != block.cell {
      let row = page.nodes[Int(block.cell)].parent
      let previousRow = page.nodes[Int(previous.cell)].parent
      if row == previousRow { return text.append(contentsOf: [32, 124, 32]) }
      if row >= 0, previousRow >= 0,
        page.nodes[Int(row)].parent == page.nodes[Int(previousRow)].parent
      {
        return text.append(10)
      }
    }
    let isTable = previous.cell >= 0 && block.cell >= 0 && !block.isPreformatted
    for _ in 0..<(isTable && block.byteCount <= Self.longestCell ? 1 : gap) { text.append(10) }
  }

  private func isSimpleCell(_ block: PageOutline.Block, _ page: borrowing PageOutline) -> Bool {
    guard block.cell >= 0, block.byteCount <= Self.longestCell, !block.isPreformatted else {
      return false
    }
    let cell = page.nodes[Int(block.cell)]
    return cell.endBlock - cell.firstBlock == 1
  }
}
