/// The host of a URL.
struct SiteHost {
  /// In lower case, without user, port and a last dot; empty where the URL has none, or one longer
  /// than names can be.
  private(set) var bytes: [UInt8] = []
  /// Where user, host and port stand in the URL.
  private(set) var authority = 0..<0
  /// Where the host stands in the URL, a last dot left out.
  private(set) var place = 0..<0

  /// Reads the host of `url`. A URL may lack its scheme.
  mutating func read(_ url: UnsafeRawBufferPointer) {
    bytes.removeAll(keepingCapacity: true)
    var start = 0
    let schemeEnd = url.prefix(32).firstIndex(of: UInt8(ascii: ":"))
    if let schemeEnd, url[(schemeEnd + 1)...].starts(with: "//".utf8) {
      start = schemeEnd + 3
    } else if url.starts(with: "//".utf8) {
      start = 2
    }
    var end = start
    while end < url.count, !Self.endsHost(url[end]) { end += 1 }
    authority = start..<end
    if let user = url[start..<end].lastIndex(of: UInt8(ascii: "@")) { start = user + 1 }
    if start < end, url[start] == UInt8(ascii: "[") {
      end = url[start..<end].firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? end
    } else if let port = url[start..<end].firstIndex(of: UInt8(ascii: ":")) {
      end = port
    }
    while end > start, url[end - 1] == UInt8(ascii: ".") { end -= 1 }
    place = start..<end
    guard end - start <= 255 else { return }
    for byte in url[start..<end] { bytes.append(byte &- 0x41 < 26 ? byte | 0x20 : byte) }
  }

  private static func endsHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): true
    default: byte <= 0x20
    }
  }

  /// Whether it is an address in numbers, which has no domain.
  var isAddress: Bool {
    bytes.first == UInt8(ascii: "[")
      || bytes.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
  }
}
