/// A URL without what does not change the page, so that two addresses of a page are equal bytes.
///
/// - Dropped: spaces and control bytes around it; the scheme; `www.` before a host of two labels or
///   more; a last dot of the host; the ports 80 and 443; the fragment; slashes at the end of the
///   path; an empty query; parameters that only say where a visitor came from (`utm_…` and the
///   click marks of advertisers and mailers, `trackingNames`).
/// - The host is lower-cased; an escape of a letter, a digit or one of `-._~` becomes that
///   character, and other escapes have their digits in upper case (RFC 3986, section 6.2.2).
/// - All else stays: a user, other ports, the case of the path, the other parameters and their
///   order, which may all mean another page.
///
/// A URL without a host is taken as it is, only trimmed; an empty one stays empty.
struct NormalizedURL {
  /// The normalised URL; empty where there is none.
  private(set) var bytes: [UInt8] = []
  private var host = SiteHost()

  /// Parameters that are dropped besides those that start with `utm_`.
  static let trackingNames: [String] = [
    "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid", "msclkid",
    "twclid", "wbraid", "yclid",
  ]

  private static let trackingBytes = trackingNames.map { Array($0.utf8) }
  private static let trackingPrefix = Array("utm_".utf8)

  mutating func read(_ text: UnsafeRawBufferPointer) {
    bytes.removeAll(keepingCapacity: true)
    let url = Self.trimmed(text)
    host.read(url)
    guard !host.bytes.isEmpty else {
      bytes.append(contentsOf: url)
      return
    }
    bytes.append(contentsOf: url[host.authority.lowerBound..<host.place.lowerBound])
    appendHost()
    appendPort(url[host.place.upperBound..<host.authority.upperBound])
    let rest = url[host.authority.upperBound...].prefix { $0 != UInt8(ascii: "#") }
    let path = rest.prefix { $0 != UInt8(ascii: "?") }
    appendPath(path)
    appendQuery(rest.dropFirst(path.count + 1))
  }

  private static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let start = text.firstIndex(where: { $0 > 0x20 }),
      let end = text.lastIndex(where: { $0 > 0x20 })
    else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: text[start...end])
  }

  private mutating func appendHost() {
    let rest = host.bytes.dropFirst(4)
    let hasPrefix = host.bytes.starts(with: "www.".utf8) && rest.contains(UInt8(ascii: "."))
    bytes.append(contentsOf: hasPrefix ? rest : host.bytes[...])
  }

  /// - Parameter text: the colon and the port, behind the last dot of a host.
  private mutating func appendPort(_ text: Slice<UnsafeRawBufferPointer>) {
    let port = text.drop { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
    if port.isEmpty || port.elementsEqual("80".utf8) || port.elementsEqual("443".utf8) { return }
    bytes.append(UInt8(ascii: ":"))
    bytes.append(contentsOf: port)
  }

  private mutating func appendPath(_ path: Slice<UnsafeRawBufferPointer>) {
    let last = path.lastIndex { $0 != UInt8(ascii: "/") }
    guard let last else { return }
    appendUnescaped(path[path.startIndex...last])
  }

  private mutating func appendQuery(_ query: Slice<UnsafeRawBufferPointer>) {
    var separator = UInt8(ascii: "?")
    for parameter in query.split(separator: UInt8(ascii: "&")) {
      let name = parameter.prefix { $0 != UInt8(ascii: "=") }
      if name.starts(with: Self.trackingPrefix)
        || Self.trackingBytes.contains(where: name.elementsEqual)
      {
        continue
      }
      bytes.append(separator)
      appendUnescaped(parameter)
      separator = UInt8(ascii: "&")
    }
  }

  private mutating func appendUnescaped(_ part: Slice<UnsafeRawBufferPointer>) {
    var at = part.startIndex
    while at < part.endIndex {
      if part[at] == UInt8(ascii: "%"), part.endIndex - at > 2, let high = Self.digit(part[at + 1]),
        let low = Self.digit(part[at + 2])
      {
        let byte = high << 4 | low
        if Self.isUnreserved(byte) {
          bytes.append(byte)
        } else {
          bytes.append(UInt8(ascii: "%"))
          bytes.append(Self.hexDigit(high))
          bytes.append(Self.hexDigit(low))
        }
        at += 3
      } else {
        bytes.append(part[at])
        at += 1
      }
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
