import Corpora
import Testing

@Suite struct ARCRecordsTests {
  private static func about(_ version: Int, _ fields: String) -> [UInt8] {
    let content = bytes("\(version) 0 Someone\n\(fields)\n")
    let rest = version == 1 ? "" : "200 - - 0 a.arc.gz "
    return bytes("filedesc://a.arc.gz 0.0.0.0 19960923142103 text/plain \(rest)\(content.count)\n")
      + content
      + bytes("\n")
  }

  private let first = about(1, "URL IP-address Archive-date Content-type Archive-length")

  private func capture(_ url: String, _ content: String, _ length: String? = nil) -> [UInt8] {
    bytes(
      "\(url) 10.0.0.1 20010203040506 text/html \(length ?? "\(content.utf8.count)")\n\(content)\n")
  }

  @Test("both versions are read, plain and compressed")
  func versions() throws {
    let second =
      Self.about(
        2,
        "URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length"
      )
      + bytes("http://e.org/a b 10.0.0.1 20010203040506 text/html 200 - - 300 a.arc.gz 4\nbody\n")
    let one = first + capture("http://e.org/a b", "body")
    for file in [one, second, gzip(one), gzip(first) + gzip(capture("http://e.org/a b", "body"))] {
      let archive = try readArchive(file)
      #expect(archive.kinds == ["warcinfo", "response"] && archive.problems.isEmpty)
      let record = archive.records[1]
      #expect(record.uri == "http://e.org/a b" && record.content == bytes("body"))
      #expect(record.fields["WARC-IP-Address"] == "10.0.0.1")
      #expect(record.fields["WARC-Date"] == "20010203040506")
      #expect(record.fields["Content-Type"] == "text/html")
    }
  }

  @Test("wrong lengths cost their own record")
  func lengths() throws {
    let good = capture("http://e.org/", "good")
    for bad in [
      capture("http://e.org/", "long", "2"), capture("http://e.org/", "short", "40"),
      capture("http://e.org/", "none", "-"), bytes("no header at all\n"),
    ] {
      for file in [first + bad + good + good, gzip(first) + gzip(bad) + gzip(good) + gzip(good)] {
        let archive = try readArchive(file)
        #expect(archive.contents.suffix(2) == [bytes("good"), bytes("good")])
        #expect(archive.problems.count == 1)
      }
    }
  }

  @Test("the documents have the fields of the line; their ids are places")
  func documents() throws {
    let page = String(decoding: answer(bytes("a text")), as: UTF8.self)
    let file =
      first + capture("http://e.org/1", page) + capture("dns:e.org", "20010203040506\ne.org. A")
      + capture("http://e.org/2", "<p>no answer, only a page</p>")
    let (documents, problems) = try readDocuments(file)
    #expect(documents.map(\.id) == ["f:2", "f:4"])
    #expect(documents.map(\.url) == ["http://e.org/1", "http://e.org/2"])
    #expect(documents.map(\.text) == ["a text", "<p>no answer, only a page</p>"])
    #expect(
      String(decoding: documents[0].metadata, as: UTF8.self)
        == #"{"offset":\#(first.count),"type":"response","date":"2001-02-03T04:05:06Z","#
        + #""content_type":"text/plain","status":200,"ip":"10.0.0.1"}"#)
    #expect(problems.passedOver == ["warcinfo records": 1, "DNS records": 1])
    #expect(problems.count == 0)
  }
}
