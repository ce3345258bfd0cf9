import Corpora
import Testing

private func decoded(
  _ message: [UInt8], limit: Int = 1 << 20
) throws -> (bytes: [UInt8], payload: HTTPPayload) {
  let parser = HTTPParser()
  return try message.withUnsafeBytes { message in
    let parsed = try #require(parser.parse(message))
    let payload = parser.payload(of: parsed, limit: limit)
    return (Array(payload.bytes), payload)
  }
}

@Suite struct HTTPParserTests {
  private let text = bytes("a page of some words, a page of some words")

  private func chunked(_ body: [UInt8], sizes: [Int], end: String = "0\r\n\r\n") -> [UInt8] {
    var (chunks, place) = ([UInt8](), 0)
    for size in sizes {
      chunks += bytes("\(String(size, radix: 16))\r\n") + body[place..<place + size] + bytes("\r\n")
      place += size
    }
    return chunks + bytes(end)
  }

  private func message(_ body: [UInt8], _ fields: (String, String)...) -> [UInt8] {
    answer(body, fields: fields)
  }

  @Test("status lines and headers are taken apart")
  func heads() throws {
    let parser = HTTPParser()
    func parse(_ text: String) -> (status: Int?, type: String?, body: String)? {
      bytes(text).withUnsafeBytes { content in
        parser.parse(content).map {
          ($0.status, $0.header.text("content-type"), String(decoding: $0.body, as: UTF8.self))
        }
      }
    }
    let plain = try #require(parse("HTTP/1.1 200 OK\r\nContent-Type:  a/b \r\n\r\nbody"))
    #expect(plain.status == 200 && plain.type == "a/b" && plain.body == "body")
    let bare = try #require(parse("http/2 404\nContent-type:a/b\n\nbody\n"))
    #expect(bare.status == 404 && bare.type == "a/b" && bare.body == "body\n")
    #expect(try #require(parse("HTTP/1.0 OK\r\n\r\n")).status == nil)
    #expect(try #require(parse("HTTP/1.0 2000 OK\r\n\r\n")).status == nil)
    #expect(try #require(parse("HTTP/1.0\r\n\r\nb")).body == "b")
    let open = try #require(parse("HTTP/1.1 200 OK\r\nContent-Type: a/b"))
    #expect(open.status == 200 && open.body.isEmpty)
    for text in ["", "HTTP/1.1 200 OK", "GET / HTTP/1.1\r\n\r\n", "<html>\r\n\r\n", "HTTP"] {
      #expect(parse(text) == nil)
    }
  }

  @Test("chunks are joined, with spaces, extensions, trailers and upper-case digits")
  func chunks() throws {
    for body in [
      chunked(text, sizes: [1, 20, 21]), chunked(text, sizes: [42], end: "0\r\nTrailer: x\r\n\r\n"),
      bytes("2A ; name=\"v\"  \r\n") + text + bytes("\r\n000\r\n\r\n"),
      chunked(text, sizes: [42], end: "0\r\n"),
    ] {
      for name in ["chunked", "Chunked", "identity, chunked"] {
        let (found, payload) = try decoded(message(body, ("Transfer-Encoding", name)))
        #expect(found == text && payload.isComplete)
      }
    }
  }

  @Test("a body that has no chunks is taken as it is, as warcio does")
  func brokenChunks() throws {
    for body in [
      text, bytes("zz\r\n") + text, bytes("5\n") + text, [], bytes("5\r\nabcdefgh\r\n0\r\n\r\n"),
      bytes("-1\r\n") + text, bytes("ffffffffffffffffff\r\n") + text, bytes("\r\n") + text,
    ] {
      let (found, payload) = try decoded(message(body, ("Transfer-Encoding", "chunked")))
      #expect(found == body && payload.isComplete)
    }
  }

  @Test("chunks that break off give what came before, and the rest as it is")
  func cutChunks() throws {
    let whole = chunked(text, sizes: [10, 32])
    for length in 8..<whole.count - 5 {
      let (found, payload) = try decoded(
        message(Array(whole.prefix(length)), ("Transfer-Encoding", "chunked")))
      #expect(!payload.isComplete && found.starts(with: text.prefix(10).prefix(max(0, length - 3))))
    }
    let broken = chunked(text, sizes: [10, 32], end: "no length\r\nrest")
    let (found, payload) = try decoded(message(broken, ("Transfer-Encoding", "chunked")))
    #expect(found == text + bytes("no length\r\nrest") && !payload.isComplete)
  }

  @Test("content codings are undone, several in the order in which they were applied")
  func codings() throws {
    for (name, body) in [
      ("gzip", gzip(text)), ("X-GZIP", gzip(text)), ("deflate", gzip(text, window: 15)),
      ("deflate", gzip(text, window: -15)), ("zstd", try zstd(text)), ("", text),
      ("identity", text),
      ("utf-8", text), ("deflate, gzip", gzip(gzip(text, window: 15))),
      ("gzip , identity,zstd", try zstd(gzip(text))), (", gzip,", gzip(text)),
    ] {
      let (found, payload) = try decoded(message(body, ("Content-Encoding", name)))
      #expect(found == text && payload.isComplete, "\(name)")
      let both = message(
        chunked(body, sizes: [5, body.count - 5]), ("Content-Encoding", name),
        ("Transfer-Encoding", "chunked"))
      #expect(try decoded(both).bytes == text, "\(name)")
    }
  }

  @Test("bodies that are not coded as their header says are taken as they are")
  func storedDecoded() throws {
    for name in ["gzip", "deflate", "zstd"] {
      let (found, payload) = try decoded(message(text, ("Content-Encoding", name)))
      #expect(found == text && payload.isComplete, "\(name)")
    }
    let packed = gzip(text)
    let crawled = message(
      packed, ("Content-Encoding", "gzip"), ("X-Crawler-Content-Encoding", "gzip"))
    #expect(try decoded(crawled).bytes == packed)
    let chunks = chunked(text, sizes: [42])
    let dechunked = message(
      chunks, ("Transfer-Encoding", "chunked"), ("X-Crawler-Transfer-Encoding", "chunked"))
    #expect(try decoded(dechunked).bytes == chunks)
  }

  @Test("a coded body that is cut gives its beginning; a bomb is stopped; others are named")
  func limits() throws {
    var numbers = SeededNumbers(seed: 1)
    let long = numbers.bytes(50_000, values: 60)
    let cut = try decoded(message(Array(gzip(long).prefix(20_000)), ("Content-Encoding", "gzip")))
    #expect(!cut.payload.isComplete && !cut.bytes.isEmpty && long.starts(with: cut.bytes))
    let bomb = gzip([UInt8](repeating: 0, count: 30 << 20), level: 9)
    #expect(try decoded(message(bomb, ("Content-Encoding", "gzip"))).payload.isOverLimit)
    let nested = gzip(bomb, level: 9)
    #expect(try decoded(message(nested, ("Content-Encoding", "gzip, gzip"))).payload.isOverLimit)
    let old = try decoded(message(text, ("Content-Encoding", "Compress")))
    #expect(old.payload.unknownCoding == "compress")
  }
}
