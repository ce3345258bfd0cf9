import Foundation
import TestFolders
import Testing

/// `convert`, `head` and `stats` on files that the test makes.
@Suite struct ReadingCommandTests {
  private func json(_ text: String) throws -> String {
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
  }

  /// Pages, lines plain and packed, tables and a crawl of one page.
  private func mixedFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for number in 0..<30 {
      _ = try folder.file("mix/pages/\(number).html", "<p>\(SmallTexts.text(number))</p>")
    }
    let lines = try (30..<400).map {
      try "{\"id\":\"l\($0)\",\"text\":\(json(SmallTexts.text($0))),\"year\":\($0),"
        + "\"metadata\":{ \"k\" : 1e0 }}"
    }
    _ = try folder.file("mix/lines.jsonl", lines.joined(separator: "\n"))
    _ = try folder.file("mix/table.csv", "id,text,lang\nc1,\"one \"\"row\"\"\",en\nc2,two,de\n")
    _ = try folder.file("mix/table.tsv", "id\ttext\nt1\tthree\n")
    let body = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>\(SmallTexts.text(5))</p>"
    _ = try folder.file(
      "mix/crawl.warc",
      "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:w1>\r\n"
        + "WARC-Target-URI: https://example.org/\r\nContent-Type: application/http\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)\r\n\r\n")
    return folder
  }

  @Test("convert reads every format, and gives the same bytes whatever the threads")
  func convertThreads() throws {
    let folder = try mixedFolder()
    for threads in ["1", "2", "5"] {
      let result = try Program.run(
        ["convert", "mix", "--output", "\(threads).jsonl.zst", "--threads", threads, "--json"],
        in: folder.path)
      #expect(result.status == 0, "\(result.errors)")
      let summary = try result.object()
      #expect(summary["documents"] as? Int == 404 && summary["lost"] as? Int == 0)
    }
    #expect(try folder.read("1.jsonl.zst") == folder.read("2.jsonl.zst"))
    #expect(try folder.read("1.jsonl.zst") == folder.read("5.jsonl.zst"))
    #expect(try folder.text("1.jsonl.zst.card.md").contains("| mix | unknown | mix | 404 |"))
  }

  @Test("every field of the input is in the output")
  func convertFields() throws {
    let folder = try mixedFolder()
    let result = try Program.run(["convert", "mix", "--output", "all.jsonl"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    let lines = try folder.text("all.jsonl").split(separator: "\n")
    func line(_ id: String) -> Substring? { lines.first { $0.hasPrefix("{\"id\":\"\(id)\",") } }
    #expect(line("l30")?.hasSuffix(",\"metadata\":{ \"k\" : 1e0 },\"year\":30}") == true)
    #expect(
      line("c1")
        == "{\"id\":\"c1\",\"text\":\"one \\\"row\\\"\",\"source\":\"mix\",\"lang\":\"en\"}")
    #expect(line("t1") == "{\"id\":\"t1\",\"text\":\"three\",\"source\":\"mix\"}")
    #expect(line("w1")?.contains("\"url\":\"https://example.org/\"") == true)
    #expect(line("mix/pages/3.html") != nil)
    // What was written reads back as itself.
    _ = try Program.run(["convert", "all.jsonl", "--output", "again.jsonl"], in: folder.path)
    #expect(try folder.read("again.jsonl") == folder.read("all.jsonl"))
  }

  @Test("--field says where the text is, and a wrong one is told before anything is read")
  func convertField() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("in.jsonl", "{\"doc\":{\"body\":\"t\"},\"meta\":{\"id\":7}}\n")
    let result = try Program.run(
      [
        "convert", "in.jsonl", "--output", "out.jsonl", "--field", "text=doc.body", "--field",
        "id=meta.id",
      ], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.text("out.jsonl").hasPrefix("{\"id\":\"7\",\"text\":\"t\""))
    let wrong = try Program.run(
      ["convert", "in.jsonl", "--output", "out.jsonl", "--field", "body=doc"], in: folder.path)
    #expect(wrong.status == 2 && wrong.errors.contains("FIELD=PATH"))
  }

  @Test("what is damaged is named, the rest is written, and --strict writes nothing")
  func convertDamaged() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("in/a.jsonl", "{\"text\":\"one\"}\nbroken\n{\"text\":\"two\"}\n")
    _ = try folder.file("in/b.csv", "text\n\"open\n")
    _ = try folder.file("in/c.warc.gz", [0x1f, 0x8b, 8, 0, 0, 0])
    _ = try folder.file("in/d.bin", "?")
    let result = try Program.run(["convert", "in", "--output", "out.jsonl"], in: folder.path)
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("out.jsonl: 2 documents"))
    for place in ["in/a.jsonl:2", "in/b.csv:1", "in/c.warc.gz", "in/d.bin"] {
      #expect(result.errors.contains(place), "\(result.errors)")
    }
    let strict = try Program.run(
      ["convert", "in", "--output", "strict.jsonl", "--strict"], in: folder.path)
    #expect(strict.status == 2 && strict.errors.contains("nothing is written"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/strict.jsonl"))
    for (arguments, text) in [
      (["convert", "in/d.bin", "--output", "x.jsonl"], "in/d.bin"),
      (["convert", "nowhere", "--output", "x.jsonl"], "nowhere"),
      (["convert", "in", "--output", "x.jsonl.gz"], ".jsonl.zst"),
      (["convert", "in/*.nothing", "--output", "x.jsonl"], "no file matches"),
    ] {
      let result = try Program.run(arguments, in: folder.path)
      #expect(result.status == 2 && result.errors.contains(text), "\(result.errors)")
    }
  }

  @Test("a document of 100 MB passes, one over the limit is refused with its place")
  func large() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "abcdefghi ", count: 10_000_000)
    _ = try folder.file("big.jsonl", "{\"text\":\"\(text)\"}\n{\"text\":\"small\"}\n")
    let result = try Program.run(["convert", "big.jsonl", "--output", "a.jsonl"], in: folder.path)
    #expect(result.output.hasPrefix("a.jsonl: 2 documents"), "\(result.errors)")
    let limited = try Program.run(
      ["convert", "big.jsonl", "--output", "b.jsonl", "--document-limit", "50"], in: folder.path)
    #expect(limited.output.hasPrefix("b.jsonl: 1 documents"))
    #expect(limited.errors.contains("big.jsonl:1: a line is longer than 50000000 bytes"))
  }

  @Test("a full disk is one clear line, and nothing is left behind")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let lines = try (0..<2000).map { try "{\"text\":\(json(SmallTexts.text($0)))}" }
    _ = try folder.file("in.jsonl", lines.joined(separator: "\n"))
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/bash")
    shell.arguments = [
      "-c", "ulimit -f 64; '\(Program.path)' convert in.jsonl --output out.jsonl 2> errors",
    ]
    shell.currentDirectoryURL = URL(filePath: folder.path)
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 1)
    #expect(try folder.text("errors").contains("cannot write 'out.jsonl'"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.hasPrefix("out") })
  }

  @Test("head shows the first documents, and no control character reaches the terminal")
  func head() throws {
    let folder = try mixedFolder()
    _ = try folder.file("odd.jsonl", "{\"id\":\"o\",\"text\":\"a\\u001b[31mb\\u202ec\\nsecond\"}\n")
    let result = try Program.run(["head", "odd.jsonl"], in: folder.path)
    #expect(result.status == 0 && result.output.contains("a\u{FFFD}[31mb\u{FFFD}c\nsecond"))
    #expect(!result.output.contains("\u{1B}"))
    let json = try Program.run(
      ["head", "mix/lines.jsonl", "--documents", "2", "--json"], in: folder.path)
    #expect(json.output.split(separator: "\n").count == 2)
    #expect(json.output.hasPrefix("{\"id\":\"l30\""))
    let short = try Program.run(
      ["head", "mix/lines.jsonl", "--documents", "1", "--lines", "1"], in: folder.path)
    #expect(short.output.contains("more characters"))
  }

  @Test("stats counts documents, bytes, lengths, languages and copies of each source")
  func stats() throws {
    let folder = try TemporaryFolder()
    let texts = (0..<40).map { SmallTexts.text($0 % 30) }
    let lines = try texts.enumerated().map {
      try "{\"text\":\(json($1)),\"source\":\"\($0 < 35 ? "a" : "b")\"}"
    }
    _ = try folder.file("in.jsonl", lines.joined(separator: "\n"))
    for threads in ["1", "2"] {
      let result = try Program.run(
        ["stats", "in.jsonl", "--json", "--threads", threads], in: folder.path)
      let summary = try result.object()
      let total = try #require(summary["total"] as? [String: Any])
      #expect(total["documents"] as? Int == 40)
      #expect(total["textBytes"] as? Int == texts.reduce(0) { $0 + $1.utf8.count })
      #expect(total["exactDuplicates"] as? Double == 0.25)
      #expect(total["exactDuplicatesError"] as? Double == 0)
      #expect((total["languages"] as? [String: Double])?["en"] == 1)
      let lengths = try #require(total["lengths"] as? [String: Any])
      #expect(lengths["longest"] as? Int == texts.map(\.utf8.count).max())
      let histogram = lengths["histogram"] as? [String: Int]
      #expect(histogram?.values.reduce(0, +) == 40)
      let sources = try #require(summary["sources"] as? [[String: Any]])
      #expect(sources.map { $0["source"] as? String } == ["a", "b"])
      #expect(sources[0]["exactDuplicates"] as? Double == 5.0 / 35)
    }
    let text = try Program.run(["stats", "in.jsonl"], in: folder.path)
    #expect(text.output.contains("duplicates") && text.output.contains("25%"))
  }
}
