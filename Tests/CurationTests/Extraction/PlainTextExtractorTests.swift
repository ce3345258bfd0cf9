import Corpora
import Testing

@testable import Curation

@Suite struct PlainTextExtractorTests {
  private func extract(_ bytes: [UInt8], _ charset: String? = nil) -> (
    String, PlainTextExtractor.Refusal?
  ) {
    var text: [UInt8] = []
    let refusal = bytes.withUnsafeBytes {
      PlainTextExtractor().extract($0, declaredCharset: charset, into: &text)
    }
    return (String(decoding: text, as: UTF8.self), refusal)
  }

  @Test("line ends become LF and nothing else changes")
  func lines() {
    let found = extract(Array("a\r\n\tb\rc\n\r\n  d \r".utf8))
    #expect(found == ("a\n\tb\nc\n\n  d \n", nil))
    #expect(extract([]) == ("", nil))
    #expect(extract(Array("\u{FEFF}x".utf8)) == ("x", nil))
  }

  @Test("legacy encodings are read where they are declared or plain to see")
  func encodings() {
    #expect(
      extract(Array("na".utf8) + [0xEF] + Array("ve caf".utf8) + [0xE9]) == ("naïve café", nil))
    #expect(extract([0xD0, 0xD2], "koi8-r") == ("пр", nil))
    #expect(extract([0xD0, 0xD2, 0xC9]) == ("", .unknownEncoding))
    #expect(extract([0xFF, 0xFE, 0x61, 0x00]) == ("a", nil))
  }

  @Test("binary files are refused with a reason")
  func binary() {
    #expect(extract([0x7F, 0x45, 0x4C, 0x46, 0, 1]).1 == .nulBytes)
    #expect(extract([1, 2, 3, 0x61]).1 == .controlBytes)
  }

  @Test("a file is read by its format, and the tally counts it")
  func files() {
    let extractor = FileExtractor()
    func run(_ bytes: String, _ format: CorpusFormat) -> (String, String?) {
      var text: [UInt8] = []
      let reason = Array(bytes.utf8).withUnsafeBytes {
        extractor.extract(RawDocument(id: "f", url: "", format: format, bytes: $0), &text)
      }
      return (String(decoding: text, as: UTF8.self), reason)
    }
    #expect(run("<p>a<p>b", .html) == ("a\n\nb", nil))
    #expect(run("<p>a", .code) == ("<p>a", nil))
    #expect(run("<script>a", .html) == ("", "the page has no text"))
    #expect(run("\0", .text).1 == "the file has NUL bytes: it is not text")
    let tally = extractor.tally
    #expect(tally.emptyPages == 1 && tally.plainFiles == 1 && tally.refusedFiles == 1)
    #expect(tally.mainContentPages + tally.wholePages == 1 && tally.keptPageTextBytes == 4)
    #expect((tally + tally).plainFiles == 2)
  }
}
