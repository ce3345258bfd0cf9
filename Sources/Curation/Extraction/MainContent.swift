/// Decides which blocks of a page are its main content.
///
/// Every block gets a score from its length, its punctuation and its share of link text (the
/// features of jusText and of Kohlschütter et al. 2010, "Boilerplate detection using shallow text
/// features"). Furniture by element, role or name goes unless it holds most of the page. Then the
/// content's root is found from the top: down into the child that holds nearly all of the score,
/// as long as there is one. Inside the root, blocks and lists that look like furniture go.
struct MainContent {
  /// Fewer bytes than this are not taken for a page's content when the page has more.
  static let floor = 200

  private var score: [Float] = []
  /// `positive[i]`: the sum of the positive scores of the blocks before `i`.
  private var positive: [Float] = []
  private var total: [Float] = []
  private(set) var kept: [Bool] = []

  /// Fills `kept`, one value a block of `page`.
  mutating func choose(_ page: borrowing PageOutline) -> ExtractionOutcome.Kind {
    let count = page.blocks.count
    kept.removeAll(keepingCapacity: true)
    guard count > 0 else { return .empty }
    measure(page)
    for strictness in [Strictness.strict, .lenient] {
      keepAll(page)
      dropFurniture(page, strictness)
      let root = findRoot(page)
      keepOnly(root, page)
      dropInside(root, page)
      if isEnough(page, root, strictness) { return .mainContent }
    }
    for strictness in [Strictness.declaredOnly, .nothing] {
      keepAll(page)
      dropFurniture(page, strictness)
      if keptBytes(page) >= min(Self.floor, page.text.count / 4) { break }
    }
    return .wholePage
  }

  /// How much is taken for furniture.
  enum Strictness {
    /// All that is named like it, unless it holds nearly everything.
    case strict
    /// What is named like it and holds less than most of the page.
    case lenient
    /// Only what is declared by element or role.
    case declaredOnly
    case nothing
  }

  private mutating func keepAll(_ page: borrowing PageOutline) {
    kept.removeAll(keepingCapacity: true)
    kept.append(contentsOf: repeatElement(true, count: page.blocks.count))
  }

  // MARK: Scores

  private mutating func measure(_ page: borrowing PageOutline) {
    score.removeAll(keepingCapacity: true)
    positive.removeAll(keepingCapacity: true)
    positive.append(0)
    var sum: Float = 0
    for block in page.blocks {
      let value = Self.score(block)
      score.append(value)
      sum += max(value, 0)
      positive.append(sum)
    }
  }

  /// Above 0 for running text, below for what looks like furniture; in bytes of running text.
  static func score(_ block: PageOutline.Block) -> Float {
    let length = Float(block.byteCount)
    let own = length - Float(block.linkBytes)
    if block.isPreformatted { return min(own, 1500) }
    let linkShare = Float(block.linkBytes) / max(length, 1)
    if linkShare > 0.5 { return -min(length, 100) * 0.2 }
    if length >= 80, block.marks > 0 { return own * (1 - linkShare) }
    if length >= 40, block.marks > 0 { return own * (1 - linkShare) * 0.5 }
    if length >= 80 { return own * 0.2 }
    return block.isHeading ? 0 : -3
  }

  private func positive(_ node: PageOutline.Node) -> Float {
    positive[Int(node.endBlock)] - positive[Int(node.firstBlock)]
  }

  private func linkShare(_ node: PageOutline.Node, _ page: borrowing PageOutline) -> Float {
    var bytes = 0
    var links = 0
    for index in Int(node.firstBlock)..<Int(node.endBlock) {
      bytes += page.blocks[index].byteCount
      links += Int(page.blocks[index].linkBytes)
    }
    return bytes == 0 ? 0 : Float(links) / Float(bytes)
  }

  // MARK: Furniture

  private mutating func dropFurniture(_ page: borrowing PageOutline, _ strictness: Strictness) {
    if strictness == .nothing { return }
    let all = positive[page.blocks.count]
    var index = 0
    while index < page.nodes.count {
      let node = page.nodes[index]
      if node.firstBlock < node.endBlock, !node.words.isEmpty,
        isFurniture(node, all > 0 ? positive(node) / all : 0, strictness)
      {
        for block in Int(node.firstBlock)..<Int(node.endBlock) { kept[block] = false }
        index = Int(node.end)
      } else {
        index += 1
      }
    }
  }

  private func isFurniture(
    _ node: PageOutline.Node, _ share: Float, _ strictness: Strictness
  ) -> Bool {
    let words = node.words
    if words.contains(.hidden) { return share < (strictness == .strict ? 0.7 : 0.2) }
    if words.contains(.declaredBoilerplate) { return share < (strictness == .strict ? 0.8 : 0.5) }
    guard strictness != .declaredOnly, !words.contains(.declaredMain) else { return false }
    if words.contains(.comments) { return share < 0.7 }
    if words.contains(.boilerplate) {
      let limit: Float = strictness == .strict ? 0.9 : 0.4
      return share < (words.contains(.content) ? 0.2 : limit)
    }
    if words.contains(.suspect), !words.contains(.content) {
      return share < 0.1 && positive(node) < 100
    }
    return false
  }

  // MARK: Root

  /// The node whose blocks are the content; nil for the whole page.
  private mutating func findRoot(_ page: borrowing PageOutline) -> Int? {
    total.removeAll(keepingCapacity: true)
    total.append(0)
    var all: Float = 0
    for index in 0..<page.blocks.count {
      if kept[index] { all += score[index] }
      total.append(all)
    }
    var root = declaredMain(page, atLeast: 0.25 * all)
    var (rootScore, first, end) = (all, 0, page.nodes.count)
    if let root {
      (rootScore, first, end) = (sum(page.nodes[root]), root + 1, Int(page.nodes[root].end))
    }
    while true {
      var best: Int?
      var bestScore: Float = 0
      var child = first
      while child < end {
        let node = page.nodes[child]
        var value = sum(node)
        if node.words.contains(.declaredMain) { value *= 1.3 }
        if node.words.contains(.content) { value *= 1.1 }
        if value > bestScore { (best, bestScore) = (child, value) }
        child = Int(node.end)
      }
      guard let best, bestScore >= 0.8 * rootScore, bestScore > 0 else { return root }
      let node = page.nodes[best]
      if !Self.mayBeRoot(node.element) { return root }
      root = best
      rootScore = sum(node)
      (first, end) = (best + 1, Int(node.end))
    }
  }

  private func sum(_ node: PageOutline.Node) -> Float {
    total[Int(node.endBlock)] - total[Int(node.firstBlock)]
  }

  /// The best node that the page itself declares as its content; the inner of equals.
  private func declaredMain(_ page: borrowing PageOutline, atLeast least: Float) -> Int? {
    var best: Int?
    // Where no text on the page runs, the declaration is all there is to go by.
    var bestScore = least > 0 ? max(least, 1) : -Float.infinity
    for (index, node) in page.nodes.enumerated() where node.words.contains(.declaredMain) {
      guard node.firstBlock < node.endBlock, sum(node) >= bestScore else { continue }
      (best, bestScore) = (index, sum(node))
    }
    return best
  }

  private static func mayBeRoot(_ element: HTMLElement) -> Bool {
    switch element {
    case .p, .pre, .listing, .blockquote, .ul, .ol, .dl, .li, .dd, .dt, .h1, .h2, .h3, .h4, .h5,
      .h6, .figure, .figcaption, .details:
      false
    default: true
    }
  }

  /// Keeps the root's blocks and the lead before it: text and headings that the root's close
  /// ancestors hold.
  private mutating func keepOnly(_ root: Int?, _ page: borrowing PageOutline) {
    guard let root else { return }
    let node = page.nodes[root]
    let lead = leadStart(node, page)
    for index in 0..<Int(node.firstBlock) {
      if index < lead || score[index] < 60 { kept[index] = false }
    }
    for index in Int(node.endBlock)..<kept.count { kept[index] = false }
  }

  private func leadStart(_ root: PageOutline.Node, _ page: borrowing PageOutline) -> Int {
    var node = root
    for _ in 0..<3 {
      if node.element == .article || node.element == .main || node.parent < 0 { break }
      node = page.nodes[Int(node.parent)]
    }
    return Int(node.firstBlock)
  }

  // MARK: Inside the root

  private mutating func dropInside(_ root: Int?, _ page: borrowing PageOutline) {
    let first = root.map { $0 + 1 } ?? 0
    let end = root.map { Int(page.nodes[$0].end) } ?? page.nodes.count
    var index = first
    while index < end {
      let node = page.nodes[index]
      if dropsAsLinks(node, page) {
        for block in Int(node.firstBlock)..<Int(node.endBlock) { kept[block] = false }
        index = Int(node.end)
      } else {
        index += 1
      }
    }
    dropLinkBlocks(page)
    dropLoneHeadings(page)
  }

  /// Lists, tables and other groups that are mostly links.
  private func dropsAsLinks(_ node: PageOutline.Node, _ page: borrowing PageOutline) -> Bool {
    let count = node.endBlock - node.firstBlock
    // The bound keeps the work over nested groups linear.
    guard count > 0, count <= 64 else { return false }
    switch node.element {
    case .ul, .ol, .dl, .table, .div, .section, .form:
      // One link alone may be a term that its neighbour explains; see `dropLinkBlocks`.
      if count == 1 { return false }
      return positive(node) < 200 && linkShare(node, page) > 0.5
    default: return false
    }
  }

  /// Short blocks that are links, but not the terms that their neighbours explain.
  private mutating func dropLinkBlocks(_ page: borrowing PageOutline) {
    for (index, block) in page.blocks.enumerated() where kept[index] {
      if block.isPreformatted || block.isHeading || block.cell >= 0 { continue }
      guard block.byteCount < 120, block.linkBytes * 5 > (block.end - block.start) * 4 else {
        continue
      }
      if !isTerm(index, page) { kept[index] = false }
    }
  }

  /// Whether the next block is the text that goes with this one: a sibling without links.
  private func isTerm(_ index: Int, _ page: borrowing PageOutline) -> Bool {
    guard index + 1 < page.blocks.count else { return false }
    let (block, next) = (page.blocks[index], page.blocks[index + 1])
    guard block.node >= 0, next.node >= 0, next.linkBytes * 2 < next.end - next.start else {
      return false
    }
    let (node, nextNode) = (page.nodes[Int(block.node)], page.nodes[Int(next.node)])
    guard node.element == .div || node.element == .dt, nextNode.parent >= 0 else { return false }
    return node.parent == nextNode.parent
      || node.parent == page.nodes[Int(nextNode.parent)].parent
  }

  /// Headings with nothing kept before the next heading or the end.
  private mutating func dropLoneHeadings(_ page: borrowing PageOutline) {
    var last: Int?
    for index in page.blocks.indices.reversed() where kept[index] {
      if page.blocks[index].isHeading, last == nil { kept[index] = false } else { last = index }
    }
  }

  // MARK: Enough

  private func keptBytes(_ page: borrowing PageOutline) -> Int {
    var bytes = 0
    for (index, block) in page.blocks.enumerated() where kept[index] { bytes += block.byteCount }
    return bytes
  }

  private func isEnough(
    _ page: borrowing PageOutline, _ root: Int?, _ strictness: Strictness
  ) -> Bool {
    let bytes = keptBytes(page)
    if strictness == .strict {
      // A page that declares its content may be as short as it likes.
      let isDeclared = root.map { isInDeclaredMain($0, page) } ?? false
      if isDeclared, bytes > 0 { return true }
      if Float(bytes) < 0.1 * positive[page.blocks.count] { return false }
    }
    return bytes >= Self.floor || (bytes > 0 && bytes * 2 >= page.text.count)
  }

  private func isInDeclaredMain(_ root: Int, _ page: borrowing PageOutline) -> Bool {
    var node = Int32(root)
    while node >= 0 {
      if page.nodes[Int(node)].words.contains(.declaredMain) { return true }
      node = page.nodes[Int(node)].parent
    }
    return false
  }
}
