import Streams

/// A path with `{domain}` in it, such as `data/{domain}/*.npy`.
public struct PathTemplate: Sendable, Equatable {
  private static let name = "{domain}"
  private let text: String

  /// - Throws: a `Fault` where `{domain}` is missing, or where something else stands in braces.
  public init(_ text: String) throws {
    self.text = text
    let rest = text.replacing(Self.name, with: "")
    guard rest.count < text.count else {
      throw Fault(
        .input, "the path '\(text)' is the same for each domain", expected: "'\(Self.name)' in it",
        hint: "for example 'data/\(Self.name)'")
    }
    if let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      throw Fault(
        .input, "the path '\(text)' has a brace that stands for nothing",
        found: "'\(rest[brace...].prefix(20))'", expected: "'\(Self.name)' only")
    }
  }

  /// The path of a domain.
  public func path(of domain: String) -> String { text.replacing(Self.name, with: domain) }
}
