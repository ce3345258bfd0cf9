import Corpora
import EmbeddedFiles
import Foundation
import Streams
import TestFolders
import Testing

@testable import Curation

@Suite struct PackListTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A pack whose file is in the folder.
  private func pack(_ body: String) throws -> FilterPack {
    let path = try folder.file(
      "p.yaml", "name: p\nversion: 1\npaper: none\ndescription: d\n" + body)
    return try FilterPack.named(path)
  }

  private func faults(_ body: String) -> [String] {
    do {
      _ = try pack(body)
      return []
    } catch let faults as Faults {
      return faults.faults.map { fault in
        let place = (fault.place ?? "").split(separator: "/").last.map(String.init) ?? ""
        return "\(place) \(fault.message.replacing(folder.path, with: ""))"
      }
    } catch {
      return ["\(error)"]
    }
  }

  /// The values of one list on documents with these texts and URLs.
  private func values(
    _ list: String, _ documents: [(text: String, url: String?)]
  ) throws -> [Float] {
    let chain = FilterChain([try pack("lists:\n  l: \(list)\nmeasurements: [l]\n")])
    var batch = DocumentBatch()
    for (text, url) in documents {
      batch.append(Document(id: "", text: text, source: "", url: url))
    }
    return try ChainMeter(chain).measure(batch).signals.float32(try #require(chain.columns.first))
  }

  private func urlValues(_ list: String, _ urls: [String]) throws -> [Float] {
    try values(list, urls.map { ("", $0) })
  }

  @Test("words count between characters that are none of a word, phrases anywhere, in lower case")
  func texts() throws {
    try folder.file("words.txt", "# none\n bad \r\n\r\nvery bad\nc++\nÜBEL\n女\n")
    let texts = [
      "a bad, Very Bad; bad", "badly unbad bad_ 9bad", "c++ c++x", "übel Übel xübel", "女女 a女", "",
    ]
    let documents = texts.map { ($0, nil as String?) }
    #expect(try values("{file: words.txt, match: words}", documents) == [3, 0, 1, 2, 0, 0])
    #expect(
      try values("{file: words.txt, match: words, count: distinct}", documents)
        == [2, 0, 1, 1, 0, 0])
    #expect(try values("{file: words.txt, match: phrases}", documents) == [3, 4, 2, 3, 3, 0])
  }

  @Test("bad words are found where C4's pattern finds them")
  func likeC4() throws {
    guard let python = PeerPython.find("re") else { return print("skipped: no Python") }
    let words = ["foo", "foo bar", "b-a", "x", "é", "naïve", "1 2", "ba", "σ", "foo.", "_y"]
    let pieces =
      words + ["Foo", "É", " ", "-", "_", ".", "0", "ß", "İ", "日", "\u{301}", "\n", "bar"]
    try folder.file("words.txt", words.joined(separator: "\n"))
    var texts: [String] = []
    var state: UInt64 = 1
    for _ in 0..<2000 {
      var text = ""
      for _ in 0..<6 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      texts.append(text)
    }
    let script = """
      import json, re, sys
      words, texts = json.load(open(sys.argv[1]))
      body = "|".join(re.escape(w) for w in words)
      flanked = re.compile(r"(?:\\W|^)(" + body + r")(?:\\W|$)")
      print(json.dumps([[bool(p.search(t.lower())) for t in texts] for p in (flanked, re.compile(body))]))
      """
    let input = try folder.file(
      "input.json", [UInt8](try JSONEncoder().encode([words, texts])))
    let answer = try #require(PeerPython.run(python, script, [input]))
    let verdicts = try JSONDecoder().decode([[Bool]].self, from: Data(answer.utf8))
    let documents = texts.map { ($0, nil as String?) }
    for (match, expected) in zip(["words", "phrases"], verdicts) {
      let found = try values("{file: words.txt, match: \(match)}", documents).map { $0 > 0 }
      #expect(found == expected)
    }
  }

  @Test("URL lists read the domain, the host, the whole URL, its words and its letters")
  func urls() throws {
    try folder.file("l.txt", "Example.com\nb.example.org\nexample.co.uk\n10.1.2.3\n")
    let urls = [
      "http://example.com/", "https://www.EXAMPLE.com:80", "http://u@b.example.org/?q",
      "http://a.b.example.org", "http://a.example.co.uk/x", "http://co.uk", "http://10.1.2.3/",
      "notexample.com", "//example.com#x", "http:///", "mailto:x@example.com",
    ]
    #expect(
      try urlValues("{file: l.txt, match: domains}", urls) == [1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1])
    #expect(
      try urlValues("{file: l.txt, match: hosts}", urls) == [1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1])
    try folder.file("u.txt", "http://a.example/x?y=1\n")
    #expect(
      try urlValues(
        "{file: u.txt, match: urls}", ["http://a.example/x?y=1", "http://a.example/x"]) == [1, 0])
    try folder.file("w.txt", "Free\nbet-ting\nslots\n")
    let words = [
      "http://a.example/free_slots/free", "http://a.example/FREE", "http://betting.example/-slots",
      "http://freebet.example/bet-ting",
    ]
    #expect(try urlValues("{file: w.txt, match: url_words}", words) == [2, 0, 2, 0])
    #expect(try urlValues("{file: w.txt, match: url_subwords}", words) == [3, 1, 2, 2])
  }

  @Test("a document without a URL has no number, and rules on it are undecided")
  func withoutURL() throws {
    try folder.file("l.txt", "example.com\n")
    let chain = FilterChain([
      try pack(
        """
        lists:
          l: {file: l.txt, match: domains}
        steps:
          - edit: collapse_newlines
          - measurements: [l]
            rules:
              - {id: listed, fails_when: l > 0}
        """)
    ])
    var batch = DocumentBatch()
    batch.append(Document(id: "1", text: "a", source: ""))
    batch.append(Document(id: "2", text: "a", source: "", url: "http://example.com"))
    let outcome = try FilterDecider(chain).decide(ChainMeter(chain).measure(batch).signals)
    #expect(outcome.keep == [true, false])
    #expect(outcome.undecided.map(\.documents) == [1])
  }

  @Test("the column names the list's content and options; text lists read the edited text")
  func columns() throws {
    try folder.file("l.txt", "a\n")
    let body = """
      lists:
        l: {file: l.txt, match: words}
        u: {file: l.txt, match: urls}
      steps:
        - measurements: [l, u]
        - edit: mask_pii
        - measurements: [l, u]

      """
    let first = FilterChain([try pack(body)])
    #expect(first.columns.count == 2 + 7 + 1)
    #expect(first.columns[0].hasPrefix("l-") && first.columns[1].hasPrefix("u-"))
    #expect(first.columns[9].hasPrefix("\(first.columns[0])@mask_pii-"))
    #expect(try pack(body).signals.map(\.name) == ["l", "u"])
    #expect(FilterChain([try pack(body)]) == first)
    try folder.file("l.txt", "b\n")
    let second = FilterChain([try pack(body)])
    #expect(second.columns[0] != first.columns[0])
    #expect(second.measurementDigest != first.measurementDigest)
    var batch = DocumentBatch()
    batch.append(Document(id: "", text: "b b@b.example", source: ""))
    let signals = try ChainMeter(second).measure(batch).signals
    #expect(signals.names == second.columns)
    #expect(try signals.float32(second.columns[0]) == [3])
    #expect(try signals.float32(second.columns[9]) == [1])
  }

  @Test("a rule that reads a list unmeasured, or of the text before an edit, is a fault")
  func misplaced() throws {
    try folder.file("l.txt", "a\n")
    #expect(
      faults(
        """
        lists:
          l: {file: l.txt, match: words}
        steps:
          - rules: [{id: a, fails_when: l > 0}]
          - measurements: [l, ll]
          - edit: mask_pii
          - rules: [{id: b, fails_when: l > 0}]
        """) == [
          "p.yaml:8:33 rule 'a' reads 'l', which the pack does not measure",
          "p.yaml:9:19 unknown signal 'll' in 'measurements'",
          "p.yaml:11:33 rule 'b' reads 'l' of the text before the edit 'mask_pii' changed it",
        ])
  }

  @Test("lists that cannot be read are faults with the place in the pack and in the list")
  func faultyLists() throws {
    try folder.file("l.txt", [0x61, 10, 0xFF, 10])
    try folder.file("empty.txt", "# nothing\n\n")
    #expect(
      faults(
        """
        lists:
          a: {file: l.txt, match: words}
          b: {file: empty.txt, match: words}
          c: {file: none.txt, match: hosts}
          d: {file: l.txt, match: word}
          word_count: {file: empty.txt, match: urls, count: hits, suffixes: x}
          e: {match: urls}
        measurements: [a]
        """) == [
          "p.yaml:6:13 a list is not UTF-8 text at /l.txt:2",
          "p.yaml:7:13 a list has no entries at /empty.txt",
          "p.yaml:8:13 there is no list 'none.txt'",
          "p.yaml:9:27 unknown value 'word' for 'lists.d.match'",
          "p.yaml:10:15 'word_count' is the name of a signal",
          "p.yaml:10:22 a list has no entries at /empty.txt",
          "p.yaml:10:53 'count' is for words and phrases",
          "p.yaml:10:69 'suffixes' is for domains",
          "p.yaml:11:6 'lists.e.file' is missing",
        ])
  }

  @Test(
    "compressed lists and lists of the program are read; a pack that uses another has its lists")
  func sources() throws {
    var packed: [UInt8] = []
    packed = [
      0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x01, 2, 0, 0xfd, 0xff, 0x61, 0x0a, 0x07, 0xa1, 0xea,
      0xdd,
      2, 0, 0, 0,
    ]
    try folder.file("l.txt.gz", packed)
    #expect(try values("{file: l.txt.gz, match: words}", [("a b", nil)]) == [1])
    #expect(
      try urlValues("{file: lists/url-hard-words.txt, match: url_words}", ["http://x.y/casino"])
        == [1])
    let using = try pack(
      "steps:\n  - use: url-rules\n  - rules: [{id: more, fails_when: url_soft_words > 2}]\n")
    #expect(using.signals.map(\.name).contains("url_subwords"))
    #expect(using.rules.count == 6)
  }

  @Test("the lists of the binary are those of the folder, byte for byte")
  func embeddedLists() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let names = try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "filters/lists").path)
    for name in names {
      let bytes = try #require(BuiltInFile.bytes("filters/lists/\(name)"))
      #expect(try Data(contentsOf: root.appending(path: "filters/lists/\(name)")) == Data(bytes))
    }
  }

  @Test("lower case is Unicode's, code point by code point, and leaves what is no UTF-8")
  func lowerCase() {
    var output: [UInt8] = []
    var text = ""
    var expected = ""
    for code in (0x41...0x1E943 as ClosedRange<UInt32>) {
      guard let scalar = Unicode.Scalar(code) else { continue }
      text.unicodeScalars.append(scalar)
      expected.unicodeScalars.append(
        contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
    Array(text.utf8).withUnsafeBytes { LowerCase.map($0, into: &output) }
    #expect(output == Array(expected.utf8))
    let broken: [UInt8] = [0x41, 0xFF, 0xC3, 0x41, 0xE2, 0x82, 0xC4, 0xB0, 0xF0, 0x9F]
    broken.withUnsafeBytes { LowerCase.map($0, into: &output) }
    #expect(output == [0x61, 0xFF, 0xC3, 0x61, 0xE2, 0x82, 0x69, 0xCC, 0x87, 0xF0, 0x9F])
  }

  @Test(
    "a megabyte of one pattern is searched whole; a quadratic walk would not come to its end",
    arguments: ["a", "é", "a ", "bad ", ".", "a.", "\n", "@", "\u{301}", "ab-"])
  func nearlyLinear(pattern: String) throws {
    try folder.file("l.txt", "a\naaaa\naaaaaaaaaaaaa\nbad bad bad\n\u{301}\nab-ab-ab\n")
    let text = String(repeating: pattern, count: 1_000_000 / pattern.utf8.count)
    for match in PackList.Match.allCases {
      let found = try values("{file: l.txt, match: \(match.rawValue)}", [(text, "http://" + text)])
      #expect(found.count == 1)
    }
  }
}
