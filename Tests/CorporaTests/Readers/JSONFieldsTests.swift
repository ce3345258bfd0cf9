import Corpora
import Foundation
import Streams
import TestFolders
import Testing

@Suite struct JSONFieldsTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ line: String, _ change: (inout DocumentFields) -> Void = { _ in }
  ) throws -> (batch: DocumentBatch, problems: ReadingProblems) {
    var options = ReadingOptions()
    change(&options.fields)
    let reader = try JSONLinesReader(
      folder.file("f.jsonl", line + "\n"), name: "f", options: options)
    var batch = DocumentBatch()
    _ = try reader.fill(&batch, targetTextBytes: 1 << 20)
    return (batch, reader.problems)
  }

  @Test("fields without a column are carried byte for byte, attributes apart")
  func carried() throws {
    let (batch, problems) = try read(
      #"{"id":"a", "text":"t","dump" : "x\u0041", "score": 1.50 ,"metadata":{ "k" : 1 },"attributes":{ "q":0.5, "d" : [1, 2] } , "list":[1, {"a":null}]}"#
    )
    #expect(problems.isEmpty)
    #expect(batch.metadata.string(0) == #"{ "k" : 1 }"#)
    #expect(batch.carriedAttributes.string(0) == #""q":0.5, "d" : [1, 2]"#)
    #expect(batch.otherFields.string(0) == #""dump":"x\u0041","score":1.50,"list":[1, {"a":null}]"#)
  }

  @Test("what is written again has every field of the input once")
  func writtenAgain() throws {
    let (read, _) = try read(
      #"{"text":"t","content":"c","id":7,"attributes":{"q":0.5,"d":1},"z":[true]}"#
    ) { $0.text = "content" }
    var batch = read
    batch.attributes.set("d", .uint8([9]))
    let path = folder.path + "/out.jsonl"
    let writer = try DocumentWriter(path)
    try writer.write(batch, attributes: ["d"])
    try writer.commit()
    #expect(
      String(decoding: try InputFile.bytes(path), as: UTF8.self)
        == #"{"id":"7","text":"c","source":"","input_text":"t","z":[true],"attributes":{"q":0.5,"d":9}}"#
        + "\n")
  }

  @Test("paths lead into objects, and what they do not take stays there")
  func nestedPaths() throws {
    let (batch, problems) = try read(
      #"{"doc":{"body":"t","lang":"en","at":{"u":"U","v":2}},"k":"x","a.b":"y"}"#
    ) {
      $0.text = "doc.body"
      $0.url = "doc.at.u"
      $0.id = #"a\.b"#
    }
    #expect(problems.isEmpty)
    #expect(batch[0].text == "t" && batch[0].url == "U" && batch[0].id == "y")
    #expect(batch.otherFields.string(0) == #""doc":{"lang":"en","at":{"v":2}},"k":"x""#)
  }

  @Test("a path into the metadata finds its value and leaves the metadata as it is")
  func pathIntoMetadata() throws {
    let (batch, _) = try read(#"{"text":"t","meta":{"url":"U","n":{"id":12}} }"#) {
      $0.metadata = "meta"
      $0.url = "meta.url"
      $0.id = "meta.n.id"
    }
    #expect(batch[0].url == "U" && batch[0].id == "12")
    #expect(batch.metadata.string(0) == #"{"url":"U","n":{"id":12}}"#)
    #expect(batch.otherFields.string(0) == "")
  }

  @Test(
    "oddities are noted, the document stays and its metadata keeps its bytes",
    arguments: [
      (#"{"text":"a","text":"t"}"#, "duplicateKey"),
      (#"{"text":"t","x":1,"x":2}"#, "duplicateKey"),
      (#"{"text":"t","metadata":{"a":{"b":1,"b":2}}}"#, "duplicateKey"),
      (#"{"text":"t","metadata":{"n":9007199254740993}}"#, "inexactNumber"),
      (#"{"text":"t","metadata":{"n":-123456789012345678901234567890}}"#, "inexactNumber"),
      (#"{"text":"t","metadata":[1e999]}"#, "inexactNumber"),
      (#"{"text":"t","n":18446744073709551615}"#, "inexactNumber"),
    ])
  func notes(line: String, kind: String) throws {
    let (batch, problems) = try read(line)
    #expect(batch.count == 1 && batch[0].text == "t")
    #expect(problems.counts == [kind: 1] && problems.count == 0 && problems.noteCount == 1)
    let metadata = line.range(of: "\"metadata\":").map { String(line[$0.upperBound...].dropLast()) }
    #expect(batch.metadata.string(0) == metadata ?? "")
  }

  @Test("a NUL in the text is noted and kept")
  func nul() throws {
    let (batch, problems) = try read(#"{"text":"a\u0000b"}"#)
    #expect(batch[0].text == "a\0b" && problems.counts == ["nulCharacter": 1])
  }

  @Test(
    "numbers past 64 bits are held to JSON's grammar",
    arguments: [
      #"{"text":"t","n":[99999999999999999999,01]}"#, #"{"text":"t","n":[99999999999999999999.]}"#,
      #"{"text":"t","n":[99999999999999999999 1]}"#, #"{"text":"t","n":[99999999999999999999e]}"#,
      #"{"text":"t","n":[99999999999999999999-1]}"#, #"{"text":"t","n":[-]}"#,
      #"{"text":"t","n":[NaN]}"#, #"{"text":"t","n":99999999999999999999x}"#,
    ])
  func wrongNumbers(line: String) throws {
    let (batch, problems) = try read(line)
    #expect(batch.isEmpty && problems.count(.malformedJSON) == 1)
  }

  @Test("many keys in one object: the second of two equal ones is found")
  func manyKeys() throws {
    let members = (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    #expect(try read("{\"text\":\"t\",\(members)}").problems.isEmpty)
    let twice = try read("{\"text\":\"t\",\(members),\"k7\":0}")
    #expect(twice.problems.counts == ["duplicateKey": 1])
  }

  @Test("10,000 levels are too deep, in every field")
  func deep() throws {
    let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    for field in ["metadata", "other", "text", "attributes"] {
      let (batch, problems) = try read("{\"text\":\"t\",\"\(field)\":\(deep)}")
      #expect(batch.isEmpty && problems.count(.tooDeep) == 1, "\(field)")
    }
  }

  /// orjson is the strictest of the readers in use. One difference: it refuses `1e400`, which is JSON
  /// and stays as it is here, with a note.
  @Test("lines are taken and refused as orjson takes and refuses them")
  func asOrjson() throws {
    guard let python = ProcessInfo.processInfo.environment["MIDSTREAM_TEST_PYTHON"] else {
      print("skipped: MIDSTREAM_TEST_PYTHON names no Python with orjson")
      return
    }
    let values = [
      "1", "-0", "1.0", "1e5", "01", "1.", ".5", "+1", "0x1", "NaN", "Infinity", "-Infinity",
      "9007199254740993", "123456789012345678901234567890", "\"\\ud800\"", "\"\\udc00\\ud800\"",
      "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\u{1}\"", "\"\t\"", "\"\\x\"", "\"\\u12\"", "'a'",
      "[1,]", "[,1]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{a:1}", "tru", "True", "null", "nul",
      "[1 2]", "\"a", "[", "}", "", "\"\u{7f}\u{2028}\"", "1 ", "[[]]", "/*c*/1",
    ]
    let lines = values.map { "{\"text\":\"t\",\"v\":\($0)}" } + values
    let script = """
      import sys, orjson
      for line in sys.stdin.buffer.read().split(b"\\0"):
          try:
              value = orjson.loads(line)
              print(int(isinstance(value, dict) and isinstance(value.get("text"), str)))
          except orjson.JSONDecodeError:
              print(0)
      """
    let input = try folder.file("lines.bin", lines.joined(separator: "\0"))
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", script]
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: input))
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let expected = String(decoding: output, as: UTF8.self).split(separator: "\n").map { $0 == "1" }
    try #require(expected.count == lines.count)
    for (line, taken) in zip(lines, expected) {
      #expect(try !read(line).batch.isEmpty == taken, "\(line)")
    }
  }
}
