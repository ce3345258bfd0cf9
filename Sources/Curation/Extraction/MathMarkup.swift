/// Formulas in a page, as TeX where the page carries it: `script type="math/tex"`, the TeX
/// annotation or alternative text of MathML, the alternative text of formula images.
struct MathMarkup {
  static let inline: StaticString = "$"
  static let display: StaticString = "$$"
  /// Longer formulas are cut.
  static let byteLimit = 1 << 16

  // MARK: Scripts

  var isScript = false
  private(set) var isDisplayScript = false

  mutating func readScript(_ tag: HTMLTag) {
    for attribute in tag.attributes where attribute.isNamed("type") {
      isScript = attribute.value.hasPrefix("math/tex")
      isDisplayScript = isScript && attribute.value.count > 8
    }
  }

  // MARK: MathML

  private(set) var isOpen = false
  private(set) var isDisplay = false
  private var alternative: [UInt8] = []
  private var annotation: [UInt8] = []
  private var plain: [UInt8] = []
  private var isAnnotation = false
  private var isOtherAnnotation = false

  enum FormulaKind { case none, annotation, alternative }

  /// Where the formula of the element that just ended comes from.
  var formulaKind: FormulaKind {
    if !annotation.isEmpty { return .annotation }
    return alternative.isEmpty ? .none : .alternative
  }

  /// The formula, or the element's plain text where it carries none.
  var formula: [UInt8] {
    switch formulaKind {
    case .annotation: annotation
    case .alternative: alternative
    case .none: plain
    }
  }

  mutating func open(_ tag: HTMLTag) {
    isOpen = true
    isDisplay = false
    alternative.removeAll(keepingCapacity: true)
    annotation.removeAll(keepingCapacity: true)
    plain.removeAll(keepingCapacity: true)
    for attribute in tag.attributes {
      if attribute.isNamed("alttext") { alternative.append(contentsOf: attribute.value) }
      if attribute.isNamed("display") { isDisplay = attribute.hasValue("block") }
    }
  }

  mutating func startTag(_ element: HTMLElement, _ tag: HTMLTag) {
    guard element == .annotation else { return }
    isAnnotation = tag.attributes.contains {
      $0.isNamed("encoding") && ($0.hasValue("application/x-tex") || $0.hasValue("tex"))
    }
    isOtherAnnotation = !isAnnotation
  }

  mutating func endTag(_ element: HTMLElement) {
    if element == .annotation { (isAnnotation, isOtherAnnotation) = (false, false) }
  }

  mutating func close() {
    (isOpen, isAnnotation, isOtherAnnotation) = (false, false, false)
  }

  /// Takes text inside `math`.
  mutating func collect(_ bytes: UnsafeBufferPointer<UInt8>) {
    if isAnnotation {
      if annotation.count < Self.byteLimit { annotation.append(contentsOf: bytes) }
    } else if !isOtherAnnotation, plain.count < Self.byteLimit {
      plain.append(contentsOf: bytes)
    }
  }

  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, HTMLTokenizer.isSpace(bytes[start]) { start += 1 }
    while end > start, HTMLTokenizer.isSpace(bytes[end - 1]) { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  // MARK: Images

  private var imageText: UnsafeBufferPointer<UInt8>?
  private var isFormulaImage = false

  mutating func noteImage(class value: UnsafeBufferPointer<UInt8>) {
    let names = value.split { HTMLTokenizer.isSpace($0) }
    isFormulaImage = names.contains { name in
      let name = UnsafeBufferPointer(rebasing: name)
      return name.equals("tex") || name.equals("latex") || name.equals("math")
        || name.hasPrefix("mwe-math-fallback-image")
    }
  }

  mutating func noteImage(alternative: UnsafeBufferPointer<UInt8>) { imageText = alternative }

  /// The formula of the image whose attributes were noted.
  mutating func takeImage() -> UnsafeBufferPointer<UInt8>? {
    defer { (imageText, isFormulaImage) = (nil, false) }
    return isFormulaImage ? imageText : nil
  }
}
