/// A secret for one server. It is never sent to another one, and no description shows it.
public struct AccessToken: Sendable, CustomStringConvertible, CustomReflectable {
  private let value: String
  private let origin: String

  /// - Parameters:
  ///   - value: printable ASCII; nil comes back for anything else, which no header can carry.
  ///   - address: of the server that may see it, for example `https://huggingface.co`.
  public init?(_ value: String, for address: String) {
    guard !value.isEmpty, value.utf8.allSatisfy({ $0 > 32 && $0 < 127 }),
      let origin = AccessToken.origin(of: address)
    else { return nil }
    self.value = value
    self.origin = origin
  }

  public var description: String { "an access token" }
  public var customMirror: Mirror { Mirror(self, children: []) }

  func belongs(to address: String) -> Bool { AccessToken.origin(of: address) == origin }

  var header: String { "Authorization: Bearer \(value)" }

  /// `scheme://host:port` in lower case, with the port in any case; nil for no usable address.
  static func origin(of address: String) -> String? {
    guard Download.accepts(address), let scheme = address.firstRange(of: "://") else { return nil }
    let name = address[..<scheme.lowerBound].lowercased()
    let host = address[scheme.upperBound...].prefix { !"/?#\\".contains($0) }.lowercased()
    let hasPort = host.last != "]" && host.split(separator: "]").last?.contains(":") ?? false
    return "\(name)://\(host)" + (hasPort ? "" : name == "https" ? ":443" : ":80")
  }
}
