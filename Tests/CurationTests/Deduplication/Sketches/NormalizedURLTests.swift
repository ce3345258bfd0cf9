import Corpora
import Testing

@testable import Curation

@Suite struct NormalizedURLTests {
  private func normalized(_ text: String) -> String {
    var url = NormalizedURL()
    Array(text.utf8).withUnsafeBytes { url.read($0) }
    return String(decoding: url.bytes, as: UTF8.self)
  }

  @Test(
    "addresses of one page are equal",
    arguments: [
      "http://example.com/a/b", "https://example.com/a/b", "https://www.example.com/a/b/",
      "HTTPS://WWW.EXAMPLE.COM/a/b//", "//example.com/a/b#part", "example.com/a/b?",
      "http://example.com:80/a/b", "https://example.com:443/a/b", "https://example.com.:443/a/b",
      "https://example.com:/a/b", " https://example.com/a/b\n",
      "https://example.com/a/b?utm_source=x&utm_medium=y", "https://example.com/a/b/?fbclid=1#top",
      "https://example.com/%61/b",
    ])
  func equal(url: String) { #expect(normalized(url) == "example.com/a/b") }

  @Test("what may be another page stays")
  func different() {
    #expect(normalized("http://example.com:8080/") == "example.com:8080")
    #expect(normalized("http://example.com/A") == "example.com/A")
    #expect(normalized("http://me@example.com/a") == "me@example.com/a")
    #expect(normalized("http://example.com/a?b=1&a=2") == "example.com/a?b=1&a=2")
    #expect(normalized("http://e.com/?id=3&utm_id=1&p=4&gclid=x") == "e.com?id=3&p=4")
    #expect(normalized("http://e.com/?utmost=3") == "e.com?utmost=3")
    #expect(normalized("http://www.com/") == "www.com")
    #expect(normalized("http://www.a.de") == "a.de")
    #expect(normalized("http://e.com/a%2fb%7e%zz%4") == "e.com/a%2Fb~%zz%4")
    #expect(normalized("http://[::1]:80/a") == "[::1]/a")
    #expect(normalized("http://e.com/a?next=http://b.com/#x") == "e.com/a?next=http://b.com/")
    #expect(normalized("urn:isbn:1") != normalized("urn:isbn:2"))
    #expect(normalized("mailto:a@b.c") != normalized("mailto:d@b.c"))
  }

  @Test("without a host it is taken as it is, and nothing stays nothing")
  func withoutHost() {
    #expect(normalized("file:///a/b") == "file:///a/b")
    #expect(normalized("/a/b#c") == "/a/b#c")
    #expect(normalized("") == "" && normalized(" \n\t") == "")
    let long = "http://" + String(repeating: "a", count: 300) + "/b"
    #expect(normalized(long) == long)
  }

  @Test("normalising twice changes nothing more, whatever the bytes")
  func stable() {
    let parts = ["//", "www.", "a.b", ":80", "/", "%2", "%41", "?", "&", "#", "utm_x=1", "\u{e9}"]
    for seed in 0..<3000 {
      var number = seed &* 7919
      var text = "x.y"
      for _ in 0..<6 {
        text += parts[number % parts.count]
        number /= parts.count
      }
      let once = normalized(text)
      #expect(normalized(once) == once || text.contains("%"), "\(text)")
    }
    for byte in UInt8.min...UInt8.max {
      var url = NormalizedURL()
      [byte, byte].withUnsafeBytes { url.read($0) }
    }
  }

  @Test("hashes are rows of two, zeros without a URL")
  func hashes() {
    let urls = ByteColumn(["http://a.com/", "", "https://www.a.com", "http://b.com"])
    let rows = Fingerprinter().urlHashes(urls)
    #expect(rows.count == 8)
    #expect(rows[0..<2] == rows[4..<6])
    #expect(rows[2] == 0 && rows[3] == 0)
    #expect(rows[0..<2] != rows[6..<8])
  }
}
