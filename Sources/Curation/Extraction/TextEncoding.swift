/// A text encoding of the WHATWG Encoding standard.
public struct TextEncoding: Sendable, Equatable {
  /// As the standard spells it, for example `windows-1252`.
  public let name: String
  /// What ICU calls it.
  let converter: String

  public static let utf8 = TextEncoding(name: "UTF-8", converter: "UTF-8")
  static let utf16LittleEndian = TextEncoding(name: "UTF-16LE", converter: "UTF-16LE")
  static let utf16BigEndian = TextEncoding(name: "UTF-16BE", converter: "UTF-16BE")
  static let windows1252 = TextEncoding(name: "windows-1252", converter: "windows-1252")

  /// The encoding of that label, in any case, white space around it ignored; nil for labels that
  /// the standard does not have or that it forbids to decode.
  public static func named(_ label: some Sequence<UInt8>) -> TextEncoding? {
    let bytes = label.filter { !HTMLTokenizer.isSpace($0) }.map { byte in
      byte &- 65 < 26 ? byte | 0x20 : byte
    }
    return byLabel[String(decoding: bytes, as: UTF8.self)]
  }

  /// Every label of the standard that can be decoded.
  static var allLabels: [String] { Array(byLabel.keys) }

  private static let byLabel: [String: TextEncoding] = {
    var result: [String: TextEncoding] = [:]
    for line in labels.split(separator: "\n") {
      let fields = line.split(separator: " ").map(String.init)
      let encoding = TextEncoding(name: fields[0], converter: fields[1])
      for label in fields.dropFirst(2) { result[label] = encoding }
    }
    return result
  }()

  /// The standard's name, ICU's name, and all labels.
  private static let labels = """
    UTF-8 UTF-8 utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8
    IBM866 ibm-866 866 cp866 csibm866 ibm866
    ISO-8859-2 ISO-8859-2 csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
    ISO-8859-3 ISO-8859-3 csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
    ISO-8859-4 ISO-8859-4 csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
    ISO-8859-5 ISO-8859-5 csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
    ISO-8859-6 ISO-8859-6 arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
    ISO-8859-7 ISO-8859-7 csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek
    ISO-8859-8 ISO-8859-8 csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual
    ISO-8859-8-I ISO-8859-8 csiso88598i iso-8859-8-i logical
    ISO-8859-10 ISO-8859-10 csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6
    ISO-8859-13 ISO-8859-13 iso-8859-13 iso8859-13 iso885913
    ISO-8859-14 ISO-8859-14 iso-8859-14 iso8859-14 iso885914
    ISO-8859-15 ISO-8859-15 csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
    ISO-8859-16 ISO-8859-16 iso-8859-16
    KOI8-R KOI8-R cskoi8r koi koi8 koi8-r koi8_r
    KOI8-U KOI8-U koi8-ru koi8-u
    macintosh macintosh csmacintosh mac macintosh x-mac-roman
    windows-874 windows-874-2000 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
    windows-1250 windows-1250 cp1250 windows-1250 x-cp1250
    windows-1251 windows-1251 cp1251 windows-1251 x-cp1251
    windows-1252 windows-1252 ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252
    windows-1253 windows-1253 cp1253 windows-1253 x-cp1253
    windows-1254 windows-1254 cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254
    windows-1255 windows-1255 cp1255 windows-1255 x-cp1255
    windows-1256 windows-1256 cp1256 windows-1256 x-cp1256
    windows-1257 windows-1257 cp1257 windows-1257 x-cp1257
    windows-1258 windows-1258 cp1258 windows-1258 x-cp1258
    x-mac-cyrillic x-mac-cyrillic x-mac-cyrillic x-mac-ukrainian
    GBK gb18030 chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk
    gb18030 gb18030 gb18030
    Big5 Big5-HKSCS big5 big5-hkscs cn-big5 csbig5 x-x-big5
    EUC-JP EUC-JP cseucpkdfmtjapanese euc-jp x-euc-jp
    ISO-2022-JP ISO-2022-JP csiso2022jp iso-2022-jp
    Shift_JIS windows-31j csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
    EUC-KR windows-949 cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
    UTF-16BE UTF-16BE unicodefffe utf-16be
    UTF-16LE UTF-16LE csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le
    """
}

extension TextEncoding {
  /// The encoding that a byte-order mark announces.
  static func ofMark(_ bytes: UnsafeRawBufferPointer) -> TextEncoding? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if bytes.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    if bytes.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    return nil
  }
}

/// Looks for a page's `meta` declaration of its encoding.
struct MetaCharset: HTMLTokenSink {
  /// How much of a page the standard's prescan reads.
  static let byteLimit = 1024
  /// How much is read where the prescan found nothing and the page is not UTF-8.
  static let lateByteLimit = 1 << 15

  private(set) var encoding: TextEncoding?

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
  func rawText(_ bytes: UnsafeBufferPointer<UInt8>) {}
  func endTag(_ element: HTMLElement) {}

  mutating func startTag(_ element: HTMLElement, _ tag: HTMLTag) {
    guard element == .meta, encoding == nil else { return }
    var isContentType = false
    var content: UnsafeBufferPointer<UInt8>?
    for attribute in tag.attributes {
      if attribute.isNamed("charset") { accept(attribute.value) }
      if attribute.isNamed("content") { content = attribute.value }
      if attribute.isNamed("http-equiv") { isContentType = attribute.hasValue("content-type") }
    }
    if encoding == nil, isContentType, let content, let label = Self.charset(in: content) {
      accept(label)
    }
  }

  /// A page that can be read up to here is not UTF-16, whatever it says.
  private mutating func accept(_ label: UnsafeBufferPointer<UInt8>) {
    if label.equals("x-user-defined") { return encoding = .windows1252 }
    guard let found = TextEncoding.named(label) else { return }
    encoding = found.name.hasPrefix("UTF-16") ? .utf8 : found
  }

  /// What follows `charset=`, as in `text/html; charset=utf-8`.
  private static func charset(
    in value: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    var index = 0
    while index < value.count {
      let rest = UnsafeBufferPointer(rebasing: value[index...])
      guard rest.hasPrefix("charset") else {
        index += 1
        continue
      }
      index += 7
      while index < value.count, HTMLTokenizer.isSpace(value[index]) { index += 1 }
      guard index < value.count, value[index] == 61 else { continue }
      index += 1
      while index < value.count, HTMLTokenizer.isSpace(value[index]) || isQuote(value[index]) {
        index += 1
      }
      let start = index
      while index < value.count, !HTMLTokenizer.isSpace(value[index]), value[index] != 59,
        !isQuote(value[index])
      {
        index += 1
      }
      return UnsafeBufferPointer(rebasing: value[start..<index])
    }
    return nil
  }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == 34 || byte == 39 }
}
