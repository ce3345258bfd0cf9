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
    kept.append(contentsOf: repeatElement(true, count: count))
    dropFurniture(page, names: true)
    let root = findRoot(page)
    keepOnly(root, page)
    dropInside(root, page)
    if isEnough(page) { return .mainContent }
    for index in 0..<count { kept[index] = true }
    dropFurniture(page, names: false)
    if keptBytes(page) == 0 { for index in 0..<count { kept[index] = true } }
    return .wholePage
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

  private mutating func dropFurniture(_ page: borrowing PageOutline, names: Bool) {
    let all = positive[page.blocks.count]
    var index = 0
    while index < page.nodes.count {
      let node = page.nodes[index]
      let share = all > 0 ? positive(node) / all : 0
      if node.firstBlock < node.endBlock, isFurniture(node, share, names: names) {
        for block in Int(node.firstBlock)..<Int(node.endBlock) { kept[block] = false }
        index = Int(node.end)
      } else {
        index += 1
      }
    }
  }

  private func isFurniture(_ node: PageOutline.Node, _ share: Float, names: Bool) -> Bool {
    let words = node.words
    if words.contains(.hidden) { return share < 0.8 }
    if words.contains(.declaredBoilerplate) { return share < 0.5 }
    guard names, !words.contains(.declaredMain) else { return false }
    if words.contains(.comments) { return share < 0.7 }
    if words.contains(.boilerplate) {
      return share < (words.contains(.content) ? 0.1 : 0.4)
    }
    if words.contains(.suspect), !words.contains(.content) { return share < 0.1 }
    return false
  }

  // MARK: Root

  /// The node whose blocks are the content; nil for the whole page.
  private mutating func findRoot(_ page: borrowing PageOutline) -> Int? {
    total.removeAll(keepingCapacity: true)
    total.append(0)
    var sum: Float = 0
    for index in 0..<page.blocks.count {
      if kept[index] { sum += score[index] }
      total.append(sum)
    }
    var root: Int?
    var rootScore = sum
    var first = 0
    var end = page.nodes.count
    while true {
      var best: Int?
      var bestScore: Float = 0
      var child = first
      while child < end {
        let node = page.nodes[child]
        var value = total[Int(node.endBlock)] - total[Int(node.firstBlock)]
        if node.words.contains(.declaredMain) { value *= 1.3 }
        if node.words.contains(.content) { value *= 1.1 }
        if value > bestScore { (best, bestScore) = (child, value) }
        child = Int(node.end)
      }
      guard let best, bestScore >= 0.8 * rootScore, bestScore > 0 else { return root }
      let node = page.nodes[best]
      if !Self.mayBeRoot(node.element) { return root }
      root = best
      rootScore = total[Int(node.endBlock)] - total[Int(node.firstBlock)]
      (first, end) = (best + 1, Int(node.end))
    }
  }

  private static func mayBeRoot(_ element: HTMLElement) -> Bool {
    switch element {
    case .p, .pre, .listing, .blockquote, .ul, .ol, .dl, .li, .dd, .dt, .h1, .h2, .h3, .h4, .h5,
      .h6, .figure, .figcaption, .details:
      false
    default: true
    }
  }

  private mutating func keepOnly(_ root: Int?, _ page: borrowing PageOutline) {
    guard let root else { return }
    let node = page.nodes[root]
    for index in 0..<Int(node.firstBlock) { kept[index] = false }
    for index in Int(node.endBlock)..<kept.count { kept[index] = false }
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
    guard node.endBlock > node.firstBlock else { return false }
    switch node.element {
    case .ul, .ol, .dl, .table, .div, .section, .p, .form:
      // The larger the group, the surer; its size bounds the work over nested groups.
      guard node.endBlock - node.firstBlock <= 64 else { return false }
      return positive(node) < 200 && linkShare(node, page) > 0.5
    default: return false
    }
  }

  private mutating func dropLinkBlocks(_ page: borrowing PageOutline) {
    for (index, block) in page.blocks.enumerated() where kept[index] {
      if block.isPreformatted || block.isHeading { continue }
      let linkShare = Float(block.linkBytes) / Float(max(block.byteCount, 1))
      if linkShare > 0.8, block.byteCount < 120, block.cell < 0 { kept[index] = false }
    }
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

  private func isEnough(_ page: borrowing PageOutline) -> Bool {
    let bytes = keptBytes(page)
    if bytes >= Self.floor { return true }
    return bytes > 0 && bytes * 2 >= page.text.count
  }
}
