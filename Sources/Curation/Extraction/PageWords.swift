/// What an element's class, id, role and attributes say of it.
struct PageWords: OptionSet {
  let rawValue: UInt16
  /// Navigation, advertising, sharing and other furniture.
  static let boilerplate = PageWords(rawValue: 1)
  /// Furniture where the text looks like it too.
  static let suspect = PageWords(rawValue: 1 << 1)
  /// Names authors give to the main content.
  static let content = PageWords(rawValue: 1 << 2)
  /// Readers' comments.
  static let comments = PageWords(rawValue: 1 << 3)
  /// Not shown on the page.
  static let hidden = PageWords(rawValue: 1 << 4)
  /// Declared by role or markup as the main content.
  static let declaredMain = PageWords(rawValue: 1 << 5)
  /// Declared by role or element as furniture.
  static let declaredBoilerplate = PageWords(rawValue: 1 << 6)

  /// Hidden where it is a whole class, not a part of one such as `overflow-hidden`.
  static let hiddenAsClass = PageWords(rawValue: 1 << 7)

  static let table: NameTable = {
    let groups: [(PageWords, String)] = [
      (.boilerplate, boilerplateNames), (.suspect, suspectNames), (.content, contentNames),
      (.comments, commentNames), (.hidden, hiddenNames), (.hiddenAsClass, hiddenClassNames),
    ]
    return NameTable(
      groups.flatMap { group, names in
        names.split { $0 == " " || $0 == "\n" }.map { (String($0), group.rawValue) }
      })
  }()

  private static let boilerplateNames = """
    nav navbar navigation navi menu menus submenu topnav sidenav subnav sidebar sidebars rail
    rightrail leftrail footer foot footnav subfooter colophon breadcrumb breadcrumbs crumbs share
    sharing sharebar sharedaddy sharethis social socials addthis addtoany related relatedposts
    recommended recommendations recommend recirc recirculation promo promos promotion advert
    adverts advertisement advertising ads ad adsense adbox advertise sponsor sponsored sponsors
    outbrain taboola newsletter subscribe subscription signup signin login register cookie cookies
    consent gdpr ccpa onetrust popup popover modal overlay lightbox masthead toolbar pagination
    pager paginator pagenav prevnext skip skiplink skiplinks noprint tagcloud toc trending popular
    mostread mostpopular teaser teasers ticker copyright privacy sitemap searchform searchbox
    dropdown hamburger flyout megamenu donate donation editsection navbox catlinks navheader
    navfooter sphinxsidebar localtoc globaltoc sitenav mainnav jumpnav followus optin
    """
  private static let suspectNames = """
    header widget widgets tags taglist keywords byline author authors authorbox bio meta metadata
    postmeta entrymeta dateline timestamp rating ratings votes likes print more readmore carousel
    slider banner disclaimer legal search tab tabs feedback survey poll links list bottom extra
    buttons button tools actions aux secondary supplementary bookmark follow next previous prev
    back top cta box contact form info date category categories posted credits credit source
    """
  private static let contentNames = """
    article articlebody articlecontent articletext body content contents entry hentry main
    maincontent post posts postcontent postbody story storybody text blog blogpost page document
    documentwrapper bodywrapper prose markdown wikitext wiki fulltext section column primary
    artikel inhalt contenu articulo
    """
  private static let commentNames = """
    comment comments commentlist respond disqus trackback trackbacks pingback pingbacks replies
    kommentare kommentar commentaires
    """
  private static let hiddenNames = """
    visuallyhidden headerlink permalink copiable mathjax editsection noprint jumplinks
    """

  private static let hiddenClassNames = "hidden hide"

  /// Adds what the words of a class or id attribute say.
  mutating func read(_ value: UnsafeBufferPointer<UInt8>, _ table: NameTable) {
    let bytes = UnsafeBufferPointer(rebasing: value.prefix(256))
    var start = 0
    var index = 0
    var previous: UInt8 = 32
    while index <= bytes.count {
      let byte = index < bytes.count ? bytes[index] : 32
      let isUpper = byte &- 65 < 26
      let isLetter = (byte | 0x20) &- 97 < 26
      let startsWord = isUpper && previous &- 97 < 26
      if !isLetter || startsWord {
        if index - start >= 2 {
          let word = UnsafeBufferPointer(rebasing: bytes[start..<index])
          var found = PageWords(rawValue: table.value(word))
          if found.contains(.hiddenAsClass) {
            found.remove(.hiddenAsClass)
            if HTMLTokenizer.isSpace(byte), isClassStart(start, bytes) { found.insert(.hidden) }
          }
          formUnion(found)
        }
        start = isLetter ? index : index + 1
      }
      previous = byte
      index += 1
    }
  }

  private func isClassStart(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    index == 0 || HTMLTokenizer.isSpace(bytes[index - 1])
  }
}
