import Corpora
import Foundation
import Streams
import TestFolders
import Testing

@Suite struct JSONLinesReaderTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ path: String, fields: DocumentFields = DocumentFields(), lineLimit: Int = 1 << 20,
    target: Int = 100
  ) throws -> (documents: [Document], reader: JSONLinesReader) {
    var options = ReadingOptions()
    options.fields = fields
    options.defaultSource = "s"
    options.documentLimit = lineLimit
    let reader = try JSONLinesReader(path, name: "f", options: options)
    var documents: [Document] = []
    var batch = DocumentBatch()
    while try reader.fill(&batch, targetTextBytes: target) {
      documents += (0..<batch.count).map { batch[$0] }
    }
    return (documents, reader)
  }

  private func one(_ line: String) throws -> (document: Document?, kind: String?) {
    let (documents, reader) = try read(folder.file("one.jsonl", line + "\n"))
    return (documents.first, reader.problems.first.first?.kind.rawValue)
  }

  @Test("all fields are read, metadata byte for byte")
  func fields() throws {
    let metadata = #"{"b" : [1.50, "é\u00e9\n"],  "a":{}}"#
    let line =
      #"{"x":[{"y":"}"}],"text":"a\tbé\u00e9😀\ud83d\ude00","metadata":\#(metadata) ,"#
      + #""url":"http://e.org/","id":"7","source":"web"}"#
    let document = try #require(try one(line).document)
    #expect(document.id == "7" && document.source == "web" && document.url == "http://e.org/")
    #expect(document.text == "a\tbéé😀😀")
    #expect(String(decoding: document.metadata, as: UTF8.self) == metadata)
  }

  @Test(
    "ids may be numbers; without one the file and line name the document",
    arguments: [
      (#"{"id":12,"text":"a"}"#, "12"), (#"{"id":1.50,"text":"a"}"#, "1.50"),
      (#"{"id": 12 ,"text":"a"}"#, "12"), (#"{"text":"a"}"#, "f:1"),
      (#"{"id":null,"text":"a"}"#, "f:1"), (#"{"id":"","text":"a"}"#, "f:1"),
      (#"{"id":"a\"b\\","text":"a"}"#, #"a"b\"#),
      (#"{"id":"first","id":"last","text":"a"}"#, "last"),
      ("\u{feff}{\"id\":\"mark\",\"text\":\"a\"}", "mark"),
      ("  {\"id\":\"spaces\",\"text\":\"a\"} \t\r", "spaces"),
    ])
  func ids(line: String, id: String) throws { #expect(try one(line).document?.id == id) }

  @Test("of a key that comes twice the last value counts, and escaped keys are the same keys")
  func keys() throws {
    #expect(try one(#"{"text":"a","text":"b"}"#).document?.text == "b")
    #expect(try one(#"{"text":1,"text":"b"}"#).document?.text == "b")
    #expect(try one(#"{"text":"a","text":1}"#).kind == "textNotString")
    #expect(try one(#"{"te\u0078t":"b"}"#).document?.text == "b")
    #expect(try one(#"{"text":"a\u0000b"}"#).document?.text == "a\0b")
    #expect(
      try one(#"{"text":"a","metadata":"x\ny"}"#).document?.metadata == Array(#""x\ny""#.utf8))
    #expect(try one(#"{"text":"a","url":null,"source":null}"#).document?.url == nil)
    #expect(try one(#"{"text":"a","url":null,"source":null}"#).document?.source == "s")
  }

  @Test(
    "each broken line is counted by its kind",
    arguments: [
      (#"{"text":"a""#, "malformedJSON"), (#"{"text":"a"}}"#, "trailingBytes"),
      (#"{"text":"a"} x"#, "malformedJSON"), (#"{"text":"a"}{"text":"b"}"#, "trailingBytes"),
      (#"["text"]"#, "notAnObject"), (#""text""#, "notAnObject"), ("12", "notAnObject"),
      ("{}", "missingText"), (#"{"id":"1"}"#, "missingText"), (#"{"text":null}"#, "textNotString"),
      (#"{"text":["a"]}"#, "textNotString"), (#"{"text":""}"#, "emptyDocument"),
      (#"{"text":"\ud800"}"#, "badString"), (#"{"text":"\udc00a"}"#, "badString"),
      (#"{"text":"\x"}"#, "badString"), (#"{"text":"\u12"}"#, "badString"),
      ("{\"text\":\"a\u{1}b\"}", "malformedJSON"), ("{\"text\":\"a\0b\"}", "malformedJSON"),
      (#"{"text":"a","other":[1,,2]}"#, "malformedJSON"),
      (#"{"text":"a","n":01}"#, "malformedJSON"),
      (#"{"text":"a","metadata":{"x":}}"#, "malformedJSON"), (#"{"text":"a",}"#, "malformedJSON"),
      (#"{"text" "a"}"#, "malformedJSON"), (#"{"text":nul}"#, "malformedJSON"),
      (#"{"text":"a","b":tru}"#, "malformedJSON"), ("{", "malformedJSON"),
      ("nonsense", "notAnObject"),
      (
        #"{"text":"a","d":\#(String(repeating: "[", count: 5000))\#(String(repeating: "]", count: 5000))}"#,
        "tooDeep"
      ),
      (#"{"text":"a","d":\#(String(repeating: "[", count: 5000))}"#, "malformedJSON"),
    ])
  func broken(line: String, kind: String) throws {
    let (document, found) = try one(line)
    #expect(document == nil)
    #expect(found == kind)
  }

  @Test("bytes that are not UTF-8 are refused wherever they are")
  func invalidUTF8() throws {
    for place in ["{\"text\":\"~\"}", "{\"text\":\"a\",\"~\":1}", "{\"text\":\"a\",\"b\":\"~\"}"] {
      var bytes = Array((place + "\n").utf8)
      bytes.replace([0x7e], with: [0xc3, 0x28])
      let (documents, reader) = try read(folder.file("bad.jsonl", bytes))
      #expect(documents.isEmpty)
      #expect(reader.problems.count(.invalidUTF8) == 1)
    }
  }

  @Test(
    "reading goes on behind broken, blank and long lines, and problems name file, line and byte")
  func goesOn() throws {
    let long = #"{"text":"\#(String(repeating: "x", count: 5000))"}"#
    let lines = [
      #"{"text":"a"}"#, "broken", "", long, "   ", #"{"text":"b"}"#, long, #"{"text":"last"}"#,
    ]
    let (documents, reader) = try read(
      folder.file("mixed.jsonl", lines.joined(separator: "\n")), lineLimit: 1000)
    #expect(documents.map(\.id) == ["f:1", "f:6", "f:8"])
    #expect(documents.map(\.text) == ["a", "b", "last"])
    #expect(reader.lineCount == 8 && reader.blankLineCount == 2 && reader.documentCount == 3)
    #expect(reader.problems.count == 3 && reader.problems.count(.tooLarge) == 2)
    #expect(reader.problems.first.map(\.record) == [2, 4, 7])
    #expect(reader.problems.first.first?.offset == 13)
    #expect(reader.problems.first.first?.description == "f:2: a line is not a JSON object")
  }

  @Test("lines longer than the reader's buffer are read, and a limit in the megabytes holds")
  func longLines() throws {
    let text = String(repeating: "déjà vu ", count: 400_000)
    let (documents, reader) = try read(
      folder.file("long.jsonl", "{\"text\":\"\(text)\"}\n{\"text\":\"b\"}"), lineLimit: 64 << 20)
    #expect(documents.map(\.text.utf8.count) == [text.utf8.count, 1])
    #expect(reader.problems.isEmpty)
    let limited = try read(
      folder.file("long.jsonl", "{\"text\":\"\(text)\"}\n{\"text\":\"b\"}"), lineLimit: 3 << 20)
    #expect(limited.documents.map(\.id) == ["f:2"])
    #expect(limited.reader.problems.first.map(\.record) == [1])
  }

  @Test("other field names can be chosen")
  func otherNames() throws {
    var fields = DocumentFields()
    fields.text = "content"
    fields.id = "key"
    fields.metadata = "meta"
    let path = try folder.file("o.jsonl", #"{"key":"k","content":"c","text":"t","meta":[1]}"#)
    let document = try #require(try read(path, fields: fields).documents.first)
    #expect(document == Document(id: "k", text: "c", source: "s", metadata: Array("[1]".utf8)))
  }

  @Test("a cut file gives the documents before the cut and one problem", arguments: ["zst", "gz"])
  func cut(ending: String) throws {
    let lines = (0..<20_000).map { "{\"id\":\"\($0)\",\"text\":\"\($0 &* 7919) words\"}\n" }
      .joined()
    let plain = try folder.file("cut.jsonl", lines)
    let packed = plain + "." + ending
    let tool = Process()
    tool.executableURL = URL(filePath: "/usr/bin/env")
    tool.arguments = ending == "gz" ? ["gzip", "-k", plain] : ["zstd", "-q", plain]
    do {
      try tool.run()
    } catch {
      print("skipped: env cannot be run")
      return
    }
    tool.waitUntilExit()
    guard tool.terminationStatus == 0 else {
      print("skipped: \(ending) is not installed")
      return
    }
    let bytes = try InputFile.bytes(packed)
    let half = try folder.file("half.jsonl.\(ending)", Array(bytes.prefix(bytes.count / 2)))
    let (documents, reader) = try read(half, target: 10_000)
    #expect(documents.count < 20_000)
    #expect(documents.enumerated().allSatisfy { $0.element.id == "\($0.offset)" })
    #expect(reader.problems.count == 1 && reader.problems.count(.damagedFile) == 1)
    #expect(try read(packed, target: 10_000).documents.count == 20_000)
  }

  @Test("mutilated lines never crash the reader, and every line is a document or a problem")
  func hostile() throws {
    let seed = #"{"id":"1","text":"a\u00e9\n😀","metadata":{"k":[1,2.5e3,null,true]},"url":"u"}"#
    var state: UInt64 = 1
    func random(_ n: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % n
    }
    var bytes: [UInt8] = []
    for _ in 0..<3000 {
      var line = Array(seed.utf8)
      for _ in 0...random(4) {
        switch random(3) {
        case 0: line[random(line.count)] = UInt8(random(256))
        case 1: line.remove(at: random(line.count))
        default: line.insert(Array("{}[]\",:\\u0".utf8)[random(10)], at: random(line.count))
        }
      }
      bytes += line.filter { $0 != 0x0a } + [0x0a]
    }
    let (documents, reader) = try read(folder.file("hostile.jsonl", bytes))
    #expect(documents.count + reader.problems.count + reader.blankLineCount == 3000)
    #expect(reader.lineCount == 3000)
  }
}
