import Corpora
import Foundation
import Streams
import TestFolders
import Testing

@Suite struct DocumentWriterTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Texts with every byte that JSON treats specially, at every place of an eight-byte word.
  private func batch() -> DocumentBatch {
    var batch = DocumentBatch()
    let specials =
      (0..<0x20).map { String(UnicodeScalar(UInt8($0))) } + [
        "\"", "\\", "\u{7f}", "é", "😀", "\u{2028}", "/", "\u{80}",
      ]
    for (index, special) in specials.enumerated() {
      for place in 0..<9 {
        let text = String(repeating: "a", count: place) + special + "tail \(index)" + special
        batch.append(
          Document(
            id: "\(special)\(place)", text: text, source: "s\"",
            url: place == 3 ? nil : "u\(special)",
            metadata: place % 2 == 0 ? Array("{ \"k\":[1.0, \"é\"] }".utf8) : []))
      }
    }
    return batch
  }

  @Test(
    "what is written is read back equal, metadata byte for byte", arguments: ["jsonl", "jsonl.zst"])
  func roundTrip(ending: String) throws {
    let path = folder.path + "/sub/out." + ending
    let writer = try DocumentWriter(path)
    try writer.write(batch())
    #expect(!Folder.exists(path))
    try writer.commit()
    let reader = try JSONLinesReader(path)
    var back = DocumentBatch()
    #expect(try reader.fill(&back, targetTextBytes: 1 << 30))
    #expect(reader.problems.count == 0)
    #expect(back == batch())
    #expect(writer.documentCount == back.count)
  }

  @Test("fields come in a fixed order, attributes last, numbers that JSON cannot hold as null")
  func order() throws {
    var batch = DocumentBatch()
    batch.append(
      Document(id: "1", text: "a\nb", source: "s", url: "u", metadata: Array("[ 1 ]".utf8)))
    batch.append(Document(id: "2", text: "c", source: "s"))
    batch.attributes.set("score", .float32([0.1, .nan]))
    batch.attributes.set("words", .uint64([2, .max]))
    batch.attributes.set("flag", .uint8([0, 1]))
    var names = ByteColumn()
    names.append("x\"y")
    names.append([0xff])
    batch.attributes.set("name", .bytes(names))
    batch.attributes.set("rows", .uint64Rows([1, 2, 3, 4], width: 2))
    let path = folder.path + "/out.jsonl"
    let writer = try DocumentWriter(path)
    try writer.write(batch, attributes: ["score", "words", "flag", "name", "rows"])
    try writer.write(batch, keep: { $0 == 1 })
    try writer.commit()
    let expected = #"""
      {"id":"1","text":"a\nb","source":"s","url":"u","metadata":[ 1 ],"attributes":{"score":0.1,"words":2,"flag":0,"name":"x\"y","rows":[1,2]}}
      {"id":"2","text":"c","source":"s","attributes":{"score":null,"words":18446744073709551615,"flag":1,"name":"\#u{fffd}","rows":[3,4]}}
      {"id":"2","text":"c","source":"s"}

      """#
    #expect(String(decoding: try InputFile.bytes(path), as: UTF8.self) == expected)
    let fault = #expect(throws: Fault.self) {
      try DocumentWriter(folder.path + "/x.jsonl").write(batch, attributes: ["missing"])
    }
    #expect(fault?.message.contains("missing") == true)
  }

  @Test("Python's json reads every line and finds the same texts")
  func python() throws {
    let path = folder.path + "/out.jsonl"
    let writer = try DocumentWriter(path)
    try writer.write(batch())
    try writer.commit()
    let script = """
      import json, sys
      for line in open(sys.argv[1], encoding="utf-8", newline="\\n"):
          d = json.loads(line)
          print(json.dumps([d["id"], d["text"], d["source"], d.get("url")]))
      """
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments = ["python3", "-c", script, path]
    let pipe = Pipe()
    python.standardOutput = pipe
    try python.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    guard python.terminationStatus != 127 else {
      print("skipped: python3 is not installed")
      return
    }
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    let batch = batch()
    #expect(lines.count == batch.count)
    for (index, line) in lines.enumerated() {
      let values = try JSONDecoder().decode([String?].self, from: Data(line.utf8))
      let document = batch[index]
      #expect(values == [document.id, document.text, document.source, document.url])
    }
  }

  @Test("a folder that cannot be written is the user's fault and named, and gzip is refused")
  func unwritable() throws {
    let file = try folder.file("file", "x")
    let fault = #expect(throws: Fault.self) { try DocumentWriter(file + "/out.jsonl.zst") }
    #expect(fault?.kind == .input)
    #expect(fault?.message.contains(file) == true)
    #expect(throws: Fault.self) { try DocumentWriter(folder.path + "/out.jsonl.gz") }
  }
}
