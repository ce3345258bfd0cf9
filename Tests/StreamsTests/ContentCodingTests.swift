import Streams
import Testing

private func decode(
  _ name: String, _ payload: [UInt8], limit: Int = 1 << 20
) throws -> (bytes: [UInt8], outcome: ContentCoding.Outcome) {
  let coding = try #require(
    Array(name.utf8).withUnsafeBytes { ContentCoding(name: $0) }, "\(name)")
  let window = ByteWindow()
  let outcome = payload.withUnsafeBytes { coding.decode($0, limit: limit, into: window) }
  return (Array(window.bytes), outcome)
}

@Suite struct ContentCodingTests {
  private let text = Array("compressed for the way, compressed for the way".utf8)
  /// The text as the Brotli library's Python module writes it.
  private let brotli: [UInt8] = [
    0x1b, 0x2d, 0x0, 0xf8, 0x25, 0xc7, 0xda, 0xde, 0xb2, 0x90, 0x4e, 0x96, 0xc9, 0x13, 0x4e, 0x8a,
    0x29, 0x77, 0x67, 0x34, 0xec, 0x3,
  ]

  private func payloads() throws -> [(name: String, bytes: [UInt8])] {
    [
      ("gzip", packed(text)), ("X-GZip", packed(text)), ("deflate", packed(text, .zlib)),
      ("deflate", packed(text, .raw)), ("br", brotli), ("BR", brotli),
      ("zstd", try text.withUnsafeBytes { try Zstd.compress($0) }),
    ]
  }

  @Test("each coding gives the bytes back, and says that they are complete")
  func complete() throws {
    for (name, payload) in try payloads() {
      let decoded = try decode(name, payload)
      #expect(decoded.bytes == text && decoded.outcome == .complete, "\(name)")
    }
  }

  @Test("a payload that is cut gives its beginning")
  func cut() throws {
    for (name, payload) in try payloads() {
      for length in 0..<payload.count {
        let decoded = try decode(name, Array(payload.prefix(length)))
        #expect(text.starts(with: decoded.bytes) && decoded.outcome == .incomplete, "\(name)")
      }
    }
  }

  @Test("no more than the limit comes out")
  func limit() throws {
    for (name, payload) in try payloads() {
      let short = try decode(name, payload, limit: text.count - 1)
      #expect(short.bytes == text.dropLast() && short.outcome == .overLimit, "\(name)")
      #expect(try decode(name, payload, limit: text.count).outcome == .complete, "\(name)")
      #expect(try decode(name, payload, limit: 0).bytes.isEmpty, "\(name)")
      #expect(try decode(name, payload, limit: .max).outcome == .complete, "\(name)")
    }
    let bomb = packed([UInt8](repeating: 0, count: 64 << 20), level: 9)
    let decoded = try decode("gzip", bomb, limit: 1 << 16)
    #expect(decoded.bytes.count == 1 << 16 && decoded.outcome == .overLimit)
  }

  @Test("several gzip members are one payload, and bytes behind them are passed over")
  func members() throws {
    let decoded = try decode("gzip", packed(text) + packed(text) + [0, 0, 0])
    #expect(decoded.bytes == text + text && decoded.outcome == .complete)
  }

  @Test("wrong bytes never trap")
  func damaged() throws {
    for (name, payload) in try payloads() {
      for place in payload.indices {
        for bit in 0..<8 {
          var bytes = payload
          bytes[place] ^= 1 << UInt8(bit)
          #expect(try decode(name, bytes, limit: 1000).bytes.count <= 1000)
        }
      }
      #expect(try decode(name, text).bytes.count <= 1 << 20)
    }
  }

  @Test(
    "other names are no codings", arguments: ["", "identity", "gzi", "gzipp", "compress", "br "])
  func names(name: String) {
    #expect(Array(name.utf8).withUnsafeBytes { ContentCoding(name: $0) } == nil)
  }
}
