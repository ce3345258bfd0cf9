import Glibc
import TextKernels

/// Builds a `PageOutline` from a page's tokens: keeps the open elements, closes what HTML closes by
/// itself, and lays text out in blocks.
///
/// Open elements are few (the depth is bounded), so that every end tag costs bounded time: deeper
/// elements are counted and read as if they had no tags.
struct PageOutlineBuilder: HTMLTokenSink, ~Copyable {
  static let depthLimit = 512

  private struct OpenElement {
    var element: HTMLElement
    var node: Int32
    var isIgnored: Bool
    /// What to restore when it closes.
    var cell: Int32
    var listDepth: UInt8
    var isLink: Bool
  }

  private(set) var outline = PageOutline()
  private let words = PageWords.table
  private let traits = HTMLElement.traits
  private var open: [OpenElement] = []
  private var openCount = [Int32](repeating: 0, count: 256)
  private var beyondLimit = [Int32](repeating: 0, count: 256)
  private var ignoredDepth = 0
  private var preformattedDepth = 0
  private var headingDepth = 0
  private var isTitle = false
  private var isSkippingText = false
  private var isLink = false
  private var cell: Int32 = -1
  private var listDepth: UInt8 = 0
  private var startsItem = false
  private var startsAfterSpace = false

  private var blockStart = -1
  private var linkBytes = 0
  private var pendingSpace = false
  private var gap: UInt8 = 0
  private var skipsLineEnd = false
  private var math = MathMarkup()
  private let decoded = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)

  init() { open.reserveCapacity(Self.depthLimit) }

  deinit { decoded.deallocate() }

  mutating func begin() {
    outline.removeAll()
    open.removeAll(keepingCapacity: true)
    for index in openCount.indices {
      openCount[index] = 0
      beyondLimit[index] = 0
    }
    (ignoredDepth, preformattedDepth, headingDepth) = (0, 0, 0)
    (isTitle, isSkippingText, isLink) = (false, false, false)
    (startsItem, startsAfterSpace) = (false, false)
    (cell, listDepth, blockStart, linkBytes, gap) = (-1, 0, -1, 0, 0)
    (pendingSpace, skipsLineEnd) = (false, false)
    math = MathMarkup()
  }

  mutating func finish() {
    while !open.isEmpty { pop() }
    endBlock()
  }

  // MARK: Text

  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    if ignoredDepth > 0 || isSkippingText { return }
    guard let base = bytes.baseAddress else { return }
    var start = 0
    var look = 0
    while let found = memchr(base + look, 38, bytes.count - look) {
      let at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
      var length = 0
      let consumed = character_reference(base + at, bytes.count - at, decoded, &length)
      if consumed > 0 {
        if at > start { append(UnsafeBufferPointer(rebasing: bytes[start..<at])) }
        append(UnsafeBufferPointer(start: decoded, count: length))
        start = at + consumed
        look = start
      } else {
        look = at + 1
      }
      if look >= bytes.count { break }
    }
    if start < bytes.count { append(UnsafeBufferPointer(rebasing: bytes[start...])) }
  }

  mutating func rawText(_ bytes: UnsafeBufferPointer<UInt8>) {
    if math.isScript, ignoredDepth == 0 {
      appendFormula(bytes, isDisplay: math.isDisplayScript, isMarkup: false)
    }
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if isTitle {
      var space = pendingSpace
      let atLineStart = outline.title.count == 0
      outline.title.appendCollapsed(bytes, pendingSpace: &space, atLineStart: atLineStart)
      pendingSpace = space
      return
    }
    if math.isOpen { return math.collect(bytes) }
    let before = outline.text.count
    if preformattedDepth > 0 {
      var bytes = bytes
      if skipsLineEnd, bytes.count > 0 {
        skipsLineEnd = false
        if bytes[0] == 13, bytes.count > 1, bytes[1] == 10 {
          bytes = UnsafeBufferPointer(rebasing: bytes[2...])
        } else if bytes[0] == 10 {
          bytes = UnsafeBufferPointer(rebasing: bytes[1...])
        }
      }
      outline.text.appendPreformatted(bytes)
    } else {
      var space = pendingSpace
      if blockStart < 0 {
        startsAfterSpace =
          startsAfterSpace || space || bytes.first.map { HTMLTokenizer.isSpace($0) } ?? false
      }
      let atLineStart = blockStart < 0 || outline.text.last == 10
      outline.text.appendCollapsed(bytes, pendingSpace: &space, atLineStart: atLineStart)
      pendingSpace = space
    }
    guard outline.text.count > before else { return }
    if blockStart < 0 { openBlock(before) }
    if isLink { linkBytes += outline.text.count - before }
  }

  /// - Parameter isMarkup: whether `bytes` may hold character references.
  private mutating func appendFormula(
    _ bytes: UnsafeBufferPointer<UInt8>, isDisplay: Bool, isMarkup: Bool
  ) {
    let trimmed = MathMarkup.trimmed(bytes)
    guard !trimmed.isEmpty, ignoredDepth == 0 else { return }
    append(isDisplay ? MathMarkup.display : MathMarkup.inline)
    if isMarkup { text(trimmed) } else { append(trimmed) }
    append(isDisplay ? MathMarkup.display : MathMarkup.inline)
  }

  private mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  // MARK: Blocks

  private mutating func openBlock(_ start: Int) {
    blockStart = start
    linkBytes = 0
  }

  private mutating func endBlock() {
    pendingSpace = false
    guard blockStart >= 0 else { return }
    outline.text.trimEnd(from: blockStart)
    let start = blockStart
    let end = outline.text.count
    blockStart = -1
    guard end > start else { return }
    if preformattedDepth > 0, onlySpace(start, end) { return outline.text.truncate(to: start) }
    outline.blocks.append(
      PageOutline.Block(
        start: Int32(start), end: Int32(end), node: open.last?.node ?? -1, cell: cell,
        linkBytes: Int32(linkBytes), marks: Int32(marks(start, end)), gap: gap,
        startsAfterSpace: startsAfterSpace,
        listDepth: listDepth, startsItem: startsItem, isPreformatted: preformattedDepth > 0,
        isHeading: headingDepth > 0))
    (startsItem, startsAfterSpace, gap) = (false, false, 0)
  }

  private func onlySpace(_ start: Int, _ end: Int) -> Bool {
    for index in start..<end where !HTMLTokenizer.isSpace(outline.text.bytes[index]) {
      return false
    }
    return true
  }

  /// Commas, stops, colons and their like in CJK text.
  private func marks(_ start: Int, _ end: Int) -> Int {
    let bytes = outline.text.bytes
    var count = 0
    for index in start..<end {
      let byte = bytes[index]
      if byte == 44 || byte == 46 || byte == 63 || byte == 33 || byte == 59 {
        count += 1
      } else if byte == 0xE3 && index + 2 < end && bytes[index + 1] == 0x80
        && (bytes[index + 2] == 0x81 || bytes[index + 2] == 0x82)
      {
        count += 1
      } else if byte == 0xEF && index + 2 < end && bytes[index + 1] == 0xBC
        && bytes[index + 2] == 0x8C
      {
        count += 1
      }
    }
    return count
  }

  /// Ends the block here and asks for `lines` line ends before the next.
  private mutating func breakBlock(_ lines: UInt8) {
    if preformattedDepth > 0 {
      if blockStart >= 0, outline.text.last != 10 { outline.text.append(10) }
      return
    }
    endBlock()
    gap = max(gap, lines)
  }

  private mutating func lineBreak() {
    if ignoredDepth > 0 || isTitle { return }
    if preformattedDepth > 0 { return outline.text.append(10) }
    pendingSpace = false
    guard blockStart >= 0 else { return }
    if outline.text.last == 10 {
      endBlock()
      gap = 2
    } else {
      outline.text.append(10)
    }
  }

  // MARK: Tags

  mutating func startTag(_ element: HTMLElement, _ tag: HTMLTag) {
    let traits = traits[Int(element.rawValue)]
    switch element {
    case .br: return lineBreak()
    case .script:
      math.isScript = false
      math.readScript(tag)
      return
    case .style, .xmp, .iframe, .noembed, .noframes, .plaintext, .head, .meta, .link, .unknown:
      return
    case .title:
      isTitle = ignoredDepth == 0 && outline.title.count == 0
      isSkippingText = !isTitle
      pendingSpace = false
      return
    case .textarea:
      isSkippingText = true
      return
    default: break
    }
    if ignoredDepth > 0, !traits.contains(.block), openCount[Int(element.rawValue)] == 0 { return }
    if math.isOpen {
      if traits.contains(.block) { endMath() } else { math.startTag(element, tag) }
    }
    var found = PageWords()
    var isLinkTarget = false
    let readsWords = traits.contains(.block) && preformattedDepth == 0
    for attribute in tag.attributes {
      switch (attribute.name.count, attribute.name[0] | 0x20) {
      case (5, 99) where attribute.isNamed("class"):
        if readsWords || (preformattedDepth == 0 && !traits.contains(.void)) {
          found.read(attribute.value, words)
        }
        if element == .img { math.noteImage(class: attribute.value) }
      case (2, 105) where attribute.isNamed("id"):
        if readsWords { found.read(attribute.value, words) }
      case (4, 104) where attribute.isNamed("href"): isLinkTarget = true
      case (4, 114) where attribute.isNamed("role"): found.formUnion(Self.role(attribute.value))
      case (6, 104) where attribute.isNamed("hidden"): found.insert(.hidden)
      case (5, 115) where attribute.isNamed("style"):
        if Self.hides(attribute.value) { found.insert(.hidden) }
      case (11, 97) where attribute.isNamed("aria-hidden"):
        if attribute.hasValue("true") { found.insert(.hidden) }
      case (8, 105) where attribute.isNamed("itemprop"):
        if attribute.hasValue("articlebody") { found.insert(.declaredMain) }
      case (3, 97) where element == .img && attribute.isNamed("alt"):
        math.noteImage(alternative: attribute.value)
      default: break
      }
    }
    if element == .img {
      if let formula = math.takeImage() { appendFormula(formula, isDisplay: false, isMarkup: true) }
      return
    }
    if element == .math { beginMath(tag) }
    if traits.contains(.block) {
      startBlockElement(element, traits, found, tag)
    } else if traits.contains(.ignored) {
      push(element, found, isIgnored: true)
    } else if found.contains(.hidden) || openCount[Int(element.rawValue)] > 0,
      !traits.contains(.void)
    {
      push(element, found.intersection(.hidden), isIgnored: false)
    }
    if element == .a { isLink = isLinkTarget }
  }

  private mutating func startBlockElement(
    _ element: HTMLElement, _ traits: HTMLElement.Traits, _ words: PageWords, _ tag: HTMLTag
  ) {
    closeImplied(element, traits)
    breakBlock(traits.contains(.spaced) ? 2 : 1)
    guard !traits.contains(.void) else { return }
    guard element != .html, element != .body else { return }
    push(element, words.union(Self.declared(element)), isIgnored: false)
    switch element {
    case .td, .th: cell = open.last?.node ?? -1
    case .ul, .ol, .dir, .menu: listDepth = min(listDepth, 200) + 1
    case .li: startsItem = true
    case .pre, .listing:
      skipsLineEnd = true
    default: break
    }
  }

  mutating func endTag(_ element: HTMLElement) {
    let traits = traits[Int(element.rawValue)]
    switch element {
    case .title:
      if isTitle { pendingSpace = false }
      (isTitle, isSkippingText) = (false, false)
      return
    case .textarea:
      isSkippingText = false
      return
    case .script:
      math.isScript = false
      return
    case .br: return lineBreak()
    case .html, .body, .unknown: return
    case .math: endMath()
    case .a: isLink = false
    default: break
    }
    if math.isOpen { math.endTag(element) }
    if traits.contains(.block), element == .p, openCount[Int(element.rawValue)] == 0 {
      return breakBlock(2)
    }
    let kind = Int(element.rawValue)
    if beyondLimit[kind] > 0 {
      beyondLimit[kind] -= 1
      return breakBlock(1)
    }
    guard openCount[kind] > 0 else { return }
    var index = open.count - 1
    let isBlock = traits.contains(.block)
    let isHeading = traits.contains(.heading)
    while index >= 0 {
      let other = open[index].element
      let otherTraits = self.traits[Int(other.rawValue)]
      if other == element || (isHeading && otherTraits.contains(.heading)) { break }
      if otherTraits.contains(.scope), !Self.closesCells(element) { return }
      if !isBlock, otherTraits.contains(.block) { return }
      index -= 1
    }
    guard index >= 0 else { return }
    while open.count > index { pop() }
    if isBlock { gap = max(gap, traits.contains(.spaced) ? 2 : 1) }
  }

  private static func closesCells(_ element: HTMLElement) -> Bool {
    switch element {
    case .table, .tr, .tbody, .thead, .tfoot: true
    default: false
    }
  }

  /// Closes what the start of `element` ends by itself: paragraphs, list items, cells, rows.
  private mutating func closeImplied(_ element: HTMLElement, _ traits: HTMLElement.Traits) {
    if traits.contains(.endsParagraph), openCount[Int(HTMLElement.p.rawValue)] > 0 {
      close(upTo: { $0 == .p }, within: { _ in false }, stopAtBlocks: true)
    }
    switch element {
    case .li: close(upTo: { $0 == .li }, within: Self.isList, stopAtBlocks: false)
    case .dd, .dt:
      close(upTo: { $0 == .dd || $0 == .dt }, within: { $0 == .dl }, stopAtBlocks: false)
    case .option, .optgroup:
      close(upTo: { $0 == .option }, within: { $0 != .option }, stopAtBlocks: false)
    case .td, .th:
      close(
        upTo: { $0 == .td || $0 == .th }, within: { $0 == .tr || $0 == .table },
        stopAtBlocks: false)
    case .tr:
      close(upTo: { $0 == .tr }, within: { $0 == .table }, stopAtBlocks: false)
    case .tbody, .thead, .tfoot:
      close(
        upTo: { $0 == .tbody || $0 == .thead || $0 == .tfoot }, within: { $0 == .table },
        stopAtBlocks: false)
    case .h1, .h2, .h3, .h4, .h5, .h6:
      if let last = open.last, self.traits[Int(last.element.rawValue)].contains(.heading) { pop() }
    default: break
    }
  }

  private static func isList(_ element: HTMLElement) -> Bool {
    switch element {
    case .ul, .ol, .dir, .menu, .table: true
    default: false
    }
  }

  @inline(__always)
  private mutating func close(
    upTo isTarget: (HTMLElement) -> Bool, within isFence: (HTMLElement) -> Bool, stopAtBlocks: Bool
  ) {
    var index = open.count - 1
    while index >= 0 {
      let element = open[index].element
      if isTarget(element) {
        while open.count > index { pop() }
        return
      }
      if isFence(element) { return }
      let traits = traits[Int(element.rawValue)]
      if stopAtBlocks, traits.contains(.block) { return }
      if traits.contains(.scope), !traits.contains(.cell), element != .caption { return }
      if element == .td || element == .th {
        if !stopAtBlocks, isTarget(.tr) || isTarget(.tbody) {
          index -= 1
          continue
        }
        return
      }
      index -= 1
    }
  }

  private mutating func push(_ element: HTMLElement, _ words: PageWords, isIgnored: Bool) {
    let kind = Int(element.rawValue)
    guard open.count < Self.depthLimit else {
      beyondLimit[kind] += 1
      return
    }
    if isIgnored { ignoredDepth += 1 }
    if element == .pre || element == .listing { preformattedDepth += 1 }
    let node = Int32(outline.nodes.count)
    let block = Int32(outline.blocks.count)
    let needsBlockEnd = words.contains(.hidden) && blockStart >= 0
    if needsBlockEnd { splitBlock() }
    outline.nodes.append(
      PageOutline.Node(
        element: element, words: words, parent: open.last?.node ?? -1, end: node + 1,
        firstBlock: needsBlockEnd ? Int32(outline.blocks.count) : block, endBlock: block))
    open.append(
      OpenElement(
        element: element, node: node, isIgnored: isIgnored, cell: cell, listDepth: listDepth,
        isLink: isLink))
    openCount[kind] += 1
    if traits[kind].contains(.heading) { headingDepth += 1 }
  }

  /// Ends the block at the edge of a hidden inline element, so that hidden text is a block of its
  /// own; what follows goes on on the same line.
  private mutating func splitBlock() {
    let space = pendingSpace
    endBlock()
    startsAfterSpace = space
  }

  private mutating func pop() {
    let isHiddenInline =
      open.last.map {
        !traits[Int($0.element.rawValue)].contains(.block)
          && outline.nodes[Int($0.node)].words.contains(.hidden)
      } ?? false
    let isBlock = open.last.map { traits[Int($0.element.rawValue)].contains(.block) } ?? false
    let isPreformatted = open.last.map { $0.element == .pre || $0.element == .listing } ?? false
    if isPreformatted {
      endBlock()
      preformattedDepth -= 1
      gap = max(gap, 2)
    } else if isBlock {
      breakBlock(1)
    } else if isHiddenInline {
      splitBlock()
    }
    guard let last = open.popLast() else { return }
    openCount[Int(last.element.rawValue)] -= 1
    if last.isIgnored { ignoredDepth -= 1 }
    if traits[Int(last.element.rawValue)].contains(.heading) { headingDepth -= 1 }
    (cell, listDepth) = (last.cell, last.listDepth)
    if last.element == .li { startsItem = false }
    if isBlock, !last.isLink { isLink = false }
    outline.nodes[Int(last.node)].end = Int32(outline.nodes.count)
    outline.nodes[Int(last.node)].endBlock = Int32(outline.blocks.count)
  }

  // MARK: Formulas

  private mutating func beginMath(_ tag: HTMLTag) {
    guard !math.isOpen, ignoredDepth == 0 else { return }
    math.open(tag)
  }

  private mutating func endMath() {
    guard math.isOpen else { return }
    let (kind, bytes, isDisplay) = (math.formulaKind, math.formula, math.isDisplay)
    math.close()
    bytes.withUnsafeBufferPointer { bytes in
      switch kind {
      case .none: append(bytes)
      case .annotation: appendFormula(bytes, isDisplay: isDisplay, isMarkup: false)
      case .alternative: appendFormula(bytes, isDisplay: isDisplay, isMarkup: true)
      }
    }
  }

  // MARK: Attributes

  private static func declared(_ element: HTMLElement) -> PageWords {
    switch element {
    case .nav, .aside, .footer, .menu, .search, .dialog: .declaredBoilerplate
    case .main: .declaredMain
    case .article: .content
    case .header, .form: .suspect
    default: []
    }
  }

  private static func role(_ value: UnsafeBufferPointer<UInt8>) -> PageWords {
    let attribute = HTMLTag.Attribute(name: value, value: value)
    if attribute.hasValue("main") { return .declaredMain }
    if attribute.hasValue("article") { return .content }
    for role in Self.furnitureRoles where attribute.hasValue(role) { return .declaredBoilerplate }
    return []
  }

  private static let furnitureRoles: [StaticString] = [
    "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog",
    "alertdialog", "toolbar", "tooltip",
  ]

  /// Whether a style attribute has `display:none` or `visibility:hidden`.
  private static func hides(_ style: UnsafeBufferPointer<UInt8>) -> Bool {
    var previous: UInt8 = 0
    var index = 0
    while index < style.count {
      if style[index] == 58 {  // ':'
        var value = index + 1
        while value < style.count, HTMLTokenizer.isSpace(style[value]) { value += 1 }
        let rest = UnsafeBufferPointer(rebasing: style[value...])
        if previous | 0x20 == 121 {  // The y of `display` and `visibility`.
          if rest.hasPrefix("none") || rest.hasPrefix("hidden") { return true }
        }
      }
      if !HTMLTokenizer.isSpace(style[index]) { previous = style[index] }
      index += 1
    }
    return false
  }
}

extension HTMLTag.Attribute {
  /// Whether the name is `lower`, in any case.
  @inline(__always)
  func isNamed(_ lower: StaticString) -> Bool { name.equals(lower) }

  /// Whether the value is `lower`, in any case.
  func hasValue(_ lower: StaticString) -> Bool { value.equals(lower) }
}

extension UnsafeBufferPointer<UInt8> {
  @inline(__always)
  func equals(_ lower: StaticString) -> Bool {
    count == lower.utf8CodeUnitCount && hasPrefix(lower)
  }

  /// Whether it starts with `lower`, in any case of the letters.
  @inline(__always)
  func hasPrefix(_ lower: StaticString) -> Bool {
    let expected = lower.utf8Start
    guard count >= lower.utf8CodeUnitCount else { return false }
    for index in 0..<lower.utf8CodeUnitCount {
      let byte = self[index]
      let folded = byte &- 65 < 26 ? byte | 0x20 : byte
      if folded != expected[index] { return false }
    }
    return true
  }
}
