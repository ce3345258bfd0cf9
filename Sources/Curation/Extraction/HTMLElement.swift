/// The elements that extraction tells apart; every other name is `unknown` and treated as inline.
enum HTMLElement: UInt8, CaseIterable {
  case unknown
  // Inline.
  case a, abbr, annotation, b, br, code, em, i, img, input, label, mark, math, q, s, small, span
  case strong, sub, sup, tt, u, wbr, font
  // Blocks.
  case address, article, aside, blockquote, body, caption, center, dd, details, dialog, dir, div
  case dl, dt, fieldset, figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hgroup
  case hr, html, legend, li, listing, main, menu, nav, ol, optgroup, option, p, pre, search
  case section, summary, table, tbody, td, tfoot, th, thead, tr, ul
  // Never read as text.
  case audio, button, canvas, datalist, embed, head, iframe, link, meta, noembed, noframes
  case noscript, object, plaintext, script, select, style, svg, template, textarea, title, video
  case xmp, area, base, col, param, source, track

  /// How the tokenizer reads what follows the start tag.
  enum Content {
    case markup
    /// Text up to the matching end tag, references not decoded.
    case raw
    /// Text up to the matching end tag, references decoded.
    case escapable
    /// Text to the end of the page.
    case plain
  }

  var content: Content {
    switch self {
    case .script, .style, .xmp, .iframe, .noembed, .noframes: .raw
    case .textarea, .title: .escapable
    case .plaintext: .plain
    default: .markup
    }
  }
}

extension HTMLElement {
  /// What extraction does with an element.
  struct Traits: OptionSet {
    let rawValue: UInt16
    /// Starts and ends a block of text.
    static let block = Traits(rawValue: 1)
    /// Has no end tag.
    static let void = Traits(rawValue: 1 << 1)
    /// Its start tag ends an open paragraph.
    static let endsParagraph = Traits(rawValue: 1 << 2)
    /// Its text is not part of the page's text.
    static let ignored = Traits(rawValue: 1 << 3)
    /// An end tag outside does not close what was opened before it.
    static let scope = Traits(rawValue: 1 << 4)
    static let heading = Traits(rawValue: 1 << 5)
    static let cell = Traits(rawValue: 1 << 6)
    static let list = Traits(rawValue: 1 << 7)
    /// Stands apart by a blank line, as `p` does.
    static let spaced = Traits(rawValue: 1 << 8)
  }

  private var traits: Traits {
    switch self {
    case .br, .img, .input, .wbr, .embed, .link, .meta, .area, .base, .col, .param, .source, .track:
      .void
    case .hr: [.block, .void, .endsParagraph, .spaced]
    case .h1, .h2, .h3, .h4, .h5, .h6: [.block, .endsParagraph, .heading, .spaced]
    case .td, .th: [.block, .scope, .cell]
    case .caption: [.block, .scope]
    case .table: [.block, .scope, .endsParagraph, .spaced]
    case .html, .body: [.block, .scope]
    case .ul, .ol, .dir, .menu: [.block, .endsParagraph, .list, .spaced]
    case .p, .pre, .listing, .blockquote, .dl, .figure: [.block, .endsParagraph, .spaced]
    case .tbody, .thead, .tfoot, .tr, .legend, .optgroup, .option: .block
    case .address, .article, .aside, .center, .dd, .details, .dialog, .div, .dt, .fieldset,
      .figcaption, .footer, .form, .header, .hgroup, .li, .main, .nav, .search, .section, .summary:
      [.block, .endsParagraph]
    case .audio, .button, .canvas, .datalist, .iframe, .noembed, .noframes, .noscript, .object,
      .script, .select, .style, .svg, .template, .textarea, .title, .video:
      .ignored
    default: []
    }
  }

  /// The traits of every element by its raw value.
  static let traits: [Traits] = allCases.map(\.traits)
}

extension NameTable {
  /// The elements by name.
  static func elements() -> NameTable {
    NameTable(
      HTMLElement.allCases.filter { $0 != .unknown }
        .map { (String(describing: $0), UInt16($0.rawValue)) })
  }
}
