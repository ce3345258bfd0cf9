import Testing

@testable import Curation

@Suite struct TextEncodingTests {
  private func extract(_ html: [UInt8], _ declared: String? = nil) -> (
    text: String, charset: String, replaced: Int
  ) {
    var text: [UInt8] = []
    let outcome = html.withUnsafeBytes {
      HTMLExtractor().extract($0, declaredCharset: declared, into: &text)
    }
    return (
      String(decoding: text, as: UTF8.self), outcome.charset, outcome.replacedSequenceCount
    )
  }

  private func page(_ head: String, _ text: [UInt8]) -> [UInt8] {
    Array(head.utf8) + Array("<p>".utf8) + text
  }

  @Test("the byte-order mark beats the header, the header the meta element, that the guess")
  func order() {
    let meta = "<meta charset=\"windows-1251\">"
    #expect(extract([0xEF, 0xBB, 0xBF] + page(meta, [0xC3, 0xA9]), "koi8-r").text == "é")
    #expect(extract(page(meta, [0xD0]), "KOI8-R").text == "п")
    #expect(extract(page(meta, [0xE9])).text == "й")
    #expect(extract(page(meta, [0xE9]), "no such charset").text == "й")
    #expect(extract(page("", [0xC3, 0xA9])).text == "é")
    #expect(extract(page("", [0xE9])).text == "é")
    #expect(extract(page("", [0xE9])).charset == "windows-1252")
  }

  @Test("declarations in http-equiv, after a comment, and late in the page are found")
  func declarations() {
    let equiv = "<meta http-equiv='Content-Type' content='text/html; charset=Shift_JIS'>"
    #expect(extract(page(equiv, [0x93, 0xFA, 0x96, 0x7B])).text == "日本")
    let commented = "<!-- <meta charset=koi8-r> --><meta charset='gb2312'>"
    #expect(extract(page(commented, [0xC4, 0xE3])).text == "你")
    let late = "<script>\(String(repeating: "x", count: 2000))</script><meta charset=euc-kr>"
    #expect(extract(page(late, [0xC7, 0xD1])).text == "한")
    #expect(extract(page("<meta charset=utf-16>", [0xC3, 0xA9])).text == "é")
  }

  @Test("UTF-16 with a mark is read")
  func utf16() {
    let units: [UInt16] = Array("<p>aé€😀".utf16)
    let little: [UInt8] = [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let big: [UInt8] = [0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    #expect(extract(little).text == "aé€😀")
    #expect(extract(big).text == "aé€😀")
  }

  @Test("ill-formed UTF-8 is replaced as Swift replaces it, and counted")
  func repair() {
    let bad: [[UInt8]] = [
      [0x61, 0xFF, 0x62], [0xE2, 0x82], [0xE2, 0x82, 0x61], [0xED, 0xA0, 0x80], [0xC0, 0x80],
      [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0x80, 0x80],
    ]
    for bytes in bad {
      let text = [0x78] + bytes + [0x79]
      let expected = String(decoding: text, as: UTF8.self)
      let found = extract(page("", text), "utf-8")
      #expect(found.text == expected)
      #expect(found.replaced == expected.unicodeScalars.count { $0 == "\u{FFFD}" })
    }
  }

  @Test("every label leads to a converter that exists")
  func converters() {
    var decoder = TextDecoder()
    for label in TextEncoding.allLabels {
      let encoding = TextEncoding.named(label.utf8)
      #expect(encoding != nil)
      guard let encoding, encoding != .utf8 else { continue }
      let bytes: [UInt8] = encoding.name.hasPrefix("UTF-16") ? [0x41, 0x41] : [0x41]
      let result = bytes.withUnsafeBytes { decoder.decode($0, encoding) }
      let text = String(decoding: result.bytes, as: UTF8.self)
      #expect(text == (bytes.count == 2 ? "\u{4141}" : "A"), "\(label)")
    }
  }
}
