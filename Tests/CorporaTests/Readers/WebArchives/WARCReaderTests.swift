import Corpora
import Foundation
import Testing

@Suite struct WARCReaderTests {
  private func html(_ body: String, _ type: String = "text/html; charset=ISO-8859-1") -> [UInt8] {
    answer(bytes(body), fields: [("Content-Type", type)])
  }

  @Test("a page, a text, a resource and a WET text become documents with their fields")
  func documents() throws {
    let date = [("WARC-Date", "2024-05-18T01:58:10Z"), ("WARC-IP-Address", "10.0.0.1")]
    let parts = [
      record("warcinfo", bytes("software: x"), uri: nil),
      record("request", bytes("GET / HTTP/1.1\r\n\r\n"), id: "q"),
      record("response", html("<p>one"), id: "1", uri: "<http://e.org/1>", fields: date),
      record("response", html("two", "Text/Plain"), id: "2", uri: "http://e.org/a b"),
      record(
        "resource", bytes("three"), id: "3", fields: [("Content-Type", "application/xhtml+xml")]),
      record("conversion", bytes("four"), id: "4", fields: [("Content-Type", "text/plain")]),
      record("conversion", bytes("five"), uri: nil),
      record("metadata", bytes("six")), record("revisit", html("seven")),
      record("continuation", bytes("eight")), record("odd", bytes("nine")),
    ]
    var formats: [String] = []
    var options = ReadingOptions()
    options.defaultSource = "crawl"
    for file in [Array(parts.joined()), parts.flatMap { gzip($0) }] {
      formats = []
      let (documents, problems) = try readDocuments(file, options: options) { page, text in
        formats.append("\(page.id) \(page.url) \(page.format) \(page.charset)")
        text += page.bytes
        return nil
      }
      #expect(documents.map(\.id) == ["1", "2", "3", "4", "f:7"])
      #expect(documents.map(\.text) == ["<p>one", "two", "three", "four", "five"])
      #expect(
        documents.map(\.url) == [
          "http://e.org/1", "http://e.org/a%20b", "http://e.org/", "http://e.org/", nil,
        ])
      #expect(documents.allSatisfy { $0.source == "crawl" })
      #expect(
        formats == [
          "1 http://e.org/1 html ISO-8859-1", "2 http://e.org/a%20b text ", "3 http://e.org/ html ",
        ])
      #expect(problems.count == 0 && problems.noteCount == 0)
      #expect(
        problems.passedOver == [
          "warcinfo records": 1, "request records": 1, "metadata records": 1, "revisit records": 1,
          "continuation records": 1, "records of other types": 1,
        ])
    }
    let offset = parts[0].count + parts[1].count
    let metadata = try readDocuments(Array(parts.joined())).documents.map {
      String(decoding: $0.metadata, as: UTF8.self)
    }
    #expect(
      metadata[0] == #"{"offset":\#(offset),"type":"response","date":"2024-05-18T01:58:10Z","#
        + #""content_type":"text/html","status":200,"ip":"10.0.0.1"}"#)
    let place = parts.prefix(6).joined().count
    #expect(metadata[4] == #"{"offset":\#(place),"type":"conversion"}"#)
  }

  @Test("answers that are no pages are passed over by what they are")
  func passedOver() throws {
    let file =
      record("response", answer(bytes("x"), status: "404 Not Found"))
      + record("response", answer(bytes("x"), status: "301 Moved"))
      + record("response", html("x", "image/PNG;x")) + record("response", html("x", "@!"))
      + record("response", answer(bytes("x"), fields: []))
      + record("response", bytes("x"), uri: "dns:e.org")
      + record("response", bytes("x"), uri: "ftp://e.org")
      + record(
        "resource", bytes("log"), uri: "metadata://gnu.org/wget.log",
        fields: [("Content-Type", "text/plain")])
      + record("conversion", bytes("x"), fields: [("Content-Type", "application/pdf")])
    let (documents, problems) = try readDocuments(file)
    #expect(documents.isEmpty && problems.count == 0)
    #expect(
      problems.passedOver == [
        "HTTP status 404": 1, "HTTP status 301": 1, "image/png": 1, "other media types": 1,
        "records without a media type": 1, "DNS records": 1, "answers of other protocols": 1,
        "notes of the crawler": 1, "application/pdf": 1,
      ])
    let many = (0..<200).flatMap { record("response", html("x", "a/b\($0)")) }
    #expect(try readDocuments(many).problems.passedOver.count == 65)
  }

  @Test("the identified type beats the declared one; a page without a type is known by its start")
  func types() throws {
    func identified(_ type: String) -> [(String, String)] {
      [("WARC-Identified-Payload-Type", type)]
    }
    let file =
      record("response", html("one", "application/json"), fields: identified("text/html"))
      + record("response", html("two", "text/html"), fields: identified("application/pdf"))
      + record("response", answer(bytes(" \n<!DocType HTML><p>three"), fields: []))
    var formats: [CorpusFormat] = []
    let (documents, problems) = try readDocuments(file) { page, text in
      formats.append(page.format)
      text += page.bytes
      return nil
    }
    #expect(documents.count == 2 && formats == [.html, .html])
    #expect(problems.passedOver == ["application/pdf": 1])
  }

  @Test("charsets are read out of all that servers send")
  func charsets() throws {
    for (type, charset) in [
      ("text/html", ""), ("text/html;charset=utf-8", "utf-8"),
      ("text/html; Charset = \"UTF-8\"", "UTF-8"),
      ("text/html; x=y; charset='koi8-r' ; z", "koi8-r"), ("text/html; charset=", ""),
      ("text/html charset=latin1", "latin1"), ("text/html; charset", ""),
      ("text/html;;charset=a", "a"),
    ] {
      var found: String?
      _ = try readDocuments(record("response", html("x", type))) { page, text in
        found = page.charset
        text += page.bytes
        return nil
      }
      #expect(found == charset, "\(type)")
    }
  }

  @Test("what is lost is a problem with its record and place, and cut pages are notes")
  func problems() throws {
    var options = ReadingOptions()
    options.documentLimit = 5000
    let coded = [("Content-Type", "text/plain"), ("Content-Encoding", "gzip")]
    let long = gzip([UInt8](repeating: 97, count: 6000))
    var numbers = SeededNumbers(seed: 2)
    let half = gzip(numbers.bytes(3000).map { $0 % 26 + 97 }).prefix(1000)
    let parts = [
      record("response", html("")),
      record("response", html("\u{fffd}").map { $0 == 0xef ? 0xff : $0 }),
      record("response", bytes("no answer")), record("conversion", []),
      record("conversion", [0xff]), record("response", answer(long, fields: coded)),
      record("response", [UInt8](repeating: 97, count: 5001)),
      record(
        "response",
        answer(
          bytes("x"), fields: [("Content-Type", "text/plain"), ("Content-Encoding", "compress")])),
      record("response", html("cut"), fields: [("WARC-Truncated", "length")]),
      record("response", answer(Array(half), fields: coded)),
      record("response", html("first"), fields: [("WARC-Segment-Number", "1")]),
      record("response", html("refuse me")),
    ]
    let (documents, problems) = try readDocuments(Array(parts.joined()), options: options) {
      page, text in
      if Array(page.bytes) == bytes("refuse me") { return "there is nothing to read" }
      return PlainText.extract(page, &text)
    }
    #expect(documents.map(\.id) == ["f:9", "f:10", "f:11"])
    #expect(
      problems.first.map { "\($0.kind.rawValue) \($0.record ?? 0)" } == [
        "emptyDocument 1", "invalidUTF8 2", "malformedRecord 3", "emptyDocument 4", "invalidUTF8 5",
        "tooLarge 6", "tooLarge 7", "unsupported 8", "cutByCrawler 9", "cutByCrawler 10",
        "cutByCrawler 11", "notExtracted 12",
      ])
    #expect(problems.first[1].offset == parts[0].count)
    #expect(
      String(decoding: documents[0].metadata, as: UTF8.self).contains(#""truncated":"length""#))
  }

  @Test("records that are cut are no documents")
  func cut() throws {
    let file =
      record("conversion", bytes("whole"), id: "1")
      + record("conversion", bytes("half"), id: "2", length: "9")
    let (documents, problems) = try readDocuments(file)
    #expect(documents.map(\.id) == ["1"])
    #expect(problems.count == 1 && problems.count(.damagedFile) == 1)
  }

  @Test("metadata is JSON whatever the headers hold")
  func hostileMetadata() throws {
    var file = record(
      "conversion", bytes("text"), id: "\"\\",
      fields: [("WARC-Date", "\"\u{1}\\~"), ("WARC-IP-Address", "~")])
    file.replace(bytes("~"), with: [0xe9])
    let document = try #require(try readDocuments(file).documents.first)
    let object = try JSONSerialization.jsonObject(with: Data(document.metadata)) as? [String: Any]
    #expect(object?["date"] as? String == "\"\u{1}\\é" && object?["ip"] as? String == "é")
    #expect(document.id == "\"\\")
  }

  @Test("batches hold about as much text as was asked for, and the size changes nothing")
  func batches() throws {
    let file = (0..<100).flatMap { record("conversion", bytes("text \($0)"), id: "\($0)") }
    let whole = try readDocuments(file, target: 1 << 20).documents
    #expect(whole.count == 100)
    #expect(try readDocuments(file, target: 1).documents == whole)
    #expect(try readDocuments(file, target: 50).documents == whole)
  }

  @Test("real crawls give their pages: one from Common Crawl with its WET text, 22 by Wget")
  func shared() throws {
    guard let warc = try SharedArchives.bytes("commoncrawl/whirlwind.warc.gz"),
      let wet = try SharedArchives.bytes("commoncrawl/whirlwind.warc.wet.gz"),
      let crawl = try SharedArchives.bytes("dolma/sample-0000.warc.gz")
    else { return }
    let page = try #require(try readDocuments(warc).documents.first)
    #expect(page.id == "2aabeff2-67f5-4608-8466-e87c6296e2b6")
    #expect(page.url == "https://an.wikipedia.org/wiki/Escopete")
    #expect(page.text.hasPrefix("<!DOCTYPE html>") && page.text.utf8.count == 72_848)
    let text = try #require(try readDocuments(wet).documents.first)
    #expect(text.url == page.url && text.text.utf8.count == 4456)
    let (pages, problems) = try readDocuments(crawl)
    #expect(pages.count == 22 && problems.count == 0)
    #expect(problems.passedOver["notes of the crawler"] == 2)
    #expect(pages.allSatisfy { $0.url?.hasPrefix("https://") == true })
  }

  @Test("archives by Python's zstandard are read, with the dictionary in front and without")
  func dictionary() throws {
    let program = """
      import sys, random, zstandard, struct
      random.seed(1)
      words = [''.join(random.choices('abcdefghij', k=6)) for _ in range(200)]
      def rec(i):
        b = ' '.join(random.choices(words, k=60)).encode()
        return b'WARC/1.1\\r\\nWARC-Type: conversion\\r\\nWARC-Record-ID: <urn:uuid:%d>\\r\\nContent-Length: %d\\r\\n\\r\\n' % (i, len(b)) + b + b'\\r\\n\\r\\n'
      recs = [rec(i) for i in range(300)]
      d = zstandard.train_dictionary(4096, recs)
      c = zstandard.ZstdCompressor(dict_data=d)
      frames = b''.join(c.compress(r) for r in recs)
      raw = d.as_bytes()
      packed = zstandard.ZstdCompressor().compress(raw)
      for x in (raw, packed):
        print((struct.pack('<II', 0x184D2A5D, len(x)) + x + frames).hex())
      """
    guard let output = try peer(program, []) else { return }
    for line in output.split(separator: "\n") {
      let digits = Array(line.utf8)
      let file = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
      }
      let (documents, problems) = try readDocuments(file)
      #expect(documents.map(\.id) == (0..<300).map { "\($0)" } && problems.isEmpty)
    }
  }
}
