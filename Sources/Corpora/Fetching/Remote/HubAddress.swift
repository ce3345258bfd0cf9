import Streams

/// A place in a dataset of the Hugging Face hub: `hf://datasets/OWNER/NAME[@REVISION]/PATH`.
///
/// The path names a file, a folder or a glob; without one it is the whole dataset. A revision is a
/// branch, a tag or a commit; its slashes are written `%2F`, except those of `refs/convert/NAME` and
/// `refs/pr/NUMBER`.
public struct HubAddress: Sendable, Equatable, Hashable {
  /// `OWNER/NAME`.
  public let repository: String
  /// Nil for the main branch.
  public let revision: String?
  /// Relative to the dataset; empty for all of it.
  public let path: String

  /// Reads an address with or without its `hf://`.
  public init(_ text: String) throws {
    func fault(_ found: String) -> Fault {
      Fault(
        .input, "'\(text)' is no address of a dataset on the Hugging Face hub", found: found,
        expected: "hf://datasets/OWNER/NAME[@REVISION]/PATH")
    }
    let scheme = "hf://"
    let hasScheme = text.prefix(scheme.count).lowercased() == scheme
    let rest = hasScheme ? String(text.dropFirst(scheme.count)) : text
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.first == "datasets" else { throw fault("'\(parts.first ?? "")'") }
    guard parts.count >= 3 else { throw fault("no OWNER/NAME") }
    let owner = parts[1]
    let marked = parts[2].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(marked[0])
    guard HubAddress.isName(owner), HubAddress.isName(name) else {
      throw fault("'\(owner)/\(name)'")
    }
    repository = owner + "/" + name
    var next = 3
    if marked.count == 2 {
      var written = String(marked[1])
      if written == "refs", parts.count >= 5, ["convert", "pr"].contains(parts[3]) {
        written =
          parts[2...4].joined(separator: "/").split(separator: "@", maxSplits: 1)
          .last.map(String.init) ?? ""
        next = 5
      }
      guard let plain = HubAddress.unescaped(written), HubAddress.isRevision(plain) else {
        throw fault("the revision '\(written)'")
      }
      revision = plain
    } else {
      revision = nil
    }
    var components = Array(parts[next...])
    if components.last == "" { components.removeLast() }
    guard components.allSatisfy(HubAddress.isComponent) else {
      throw fault("the path '\(components.joined(separator: "/"))'")
    }
    path = components.joined(separator: "/")
  }

  /// The address of one file in one version of this dataset.
  func address(of path: String, commit: String) -> String {
    "hf://datasets/\(repository)@\(commit)/\(path)"
  }

  /// Whether a path that a server names stays below the folder it is put in.
  static func isSafe(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
      isComponent(String($0))
    }
  }

  /// A commit names the same files for ever.
  static func isCommit(_ revision: String) -> Bool {
    revision.utf8.count == 40 && revision.utf8.allSatisfy { Hexadecimal.isDigit($0) }
  }

  /// Percent-encoded for a URL; slashes stay unless they are escaped too.
  static func escaped(_ text: String, slashes: Bool = false) -> String {
    var out = ""
    for byte in text.utf8 {
      if isUnreserved(byte) || byte == UInt8(ascii: "/") && !slashes {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        out += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return out
  }

  private static func unescaped(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] == UInt8(ascii: "%") {
        guard i + 2 < bytes.count, Hexadecimal.isDigit(bytes[i + 1]),
          Hexadecimal.isDigit(bytes[i + 2]),
          let byte = UInt8(String(decoding: bytes[i + 1...i + 2], as: UTF8.self), radix: 16)
        else { return nil }
        out.append(byte)
        i += 3
      } else {
        out.append(bytes[i])
        i += 1
      }
    }
    return String(validating: out, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 96 && !text.hasPrefix(".")
      && text.utf8.allSatisfy { isUnreserved($0) && $0 != UInt8(ascii: "~") }
  }

  private static func isRevision(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 != 127 } && isSafe(text)
  }

  private static func isComponent(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.utf8.contains { $0 < 32 || $0 == 127 }
  }
}

extension HubAddress: CustomStringConvertible {
  public var description: String {
    let isRef =
      revision?.hasPrefix("refs/convert/") ?? false || revision?.hasPrefix("refs/pr/") ?? false
    let version = revision.map { "@" + (isRef ? $0 : HubAddress.escaped($0, slashes: true)) } ?? ""
    return "hf://datasets/\(repository)\(version)" + (path.isEmpty ? "" : "/\(path)")
  }
}

enum Hexadecimal {
  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }

  static func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy(isDigit)
  }
}
