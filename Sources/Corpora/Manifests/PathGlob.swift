/// A pattern of relative paths: `*` and `?` stay within one path component, `**/` spans any number
/// of folders (none too), `[0-9]` and `[!a]` are sets of bytes, `\` takes the next byte literally.
/// The pattern must match the whole path.
public struct PathGlob: Sendable, Hashable {
  public let pattern: String
  private let bytes: [UInt8]

  public init(_ pattern: String) {
    self.pattern = pattern
    bytes = Array(pattern.utf8)
  }

  /// The bytes before the first byte with a meaning of its own.
  public var literalPrefix: String {
    let special = Array("*?[\\".utf8)
    return String(decoding: bytes.prefix { !special.contains($0) }, as: UTF8.self)
  }

  public var isLiteral: Bool { literalPrefix.utf8.count == bytes.count }

  public func matches(_ path: String) -> Bool { matches(path.utf8) }

  public func matches(_ path: some Collection<UInt8>) -> Bool { matches(Array(path)) }

  /// Goes back to the latest star only; a star within a component may hand over to an earlier `**`.
  /// At most (pattern × path) steps for each `**`.
  public func matches(_ path: [UInt8]) -> Bool {
    var p = 0
    var i = 0
    var star: (pattern: Int, path: Int)?
    var deep: (pattern: Int, path: Int)?
    while true {
      if p < bytes.count, isDeepStar(p) {
        p += p + 2 < bytes.count && bytes[p + 2] == slash ? 3 : 2
        deep = (p, i)
        star = nil
        continue
      }
      if p < bytes.count, bytes[p] == asterisk {
        p += 1
        star = (p, i)
        continue
      }
      if i == path.count, p == bytes.count { return true }
      if i < path.count, let next = step(p, path[i]) {
        p = next
        i += 1
        continue
      }
      if let last = star, last.path < path.count, path[last.path] != slash {
        star = (last.pattern, last.path + 1)
        p = last.pattern
        i = last.path + 1
      } else if let last = deep, let next = deepContinuation(last, path) {
        star = nil
        deep = (last.pattern, next)
        p = last.pattern
        i = next
      } else {
        return false
      }
    }
  }

  private let asterisk = UInt8(ascii: "*")
  private let slash = UInt8(ascii: "/")

  private func isDeepStar(_ p: Int) -> Bool {
    bytes[p] == asterisk && p + 1 < bytes.count && bytes[p + 1] == asterisk
  }

  /// `**/` continues behind the next slash, a `**` without one at the next byte.
  private func deepContinuation(_ last: (pattern: Int, path: Int), _ path: [UInt8]) -> Int? {
    if last.pattern > 0, bytes[last.pattern - 1] == slash {
      return path[last.path...].firstIndex(of: slash).map { $0 + 1 }
    }
    return last.path < path.count ? last.path + 1 : nil
  }

  /// The place behind the pattern's element at `p` where it matches `byte`.
  private func step(_ p: Int, _ byte: UInt8) -> Int? {
    guard p < bytes.count else { return nil }
    switch bytes[p] {
    case UInt8(ascii: "?"): return byte == slash ? nil : p + 1
    case UInt8(ascii: "\\") where p + 1 < bytes.count: return bytes[p + 1] == byte ? p + 2 : nil
    case UInt8(ascii: "["):
      guard let end = setEnd(p) else { return byte == bytes[p] ? p + 1 : nil }
      return byte != slash && setContains(p, end, byte) ? end + 1 : nil
    default: return bytes[p] == byte ? p + 1 : nil
    }
  }

  private func isNegated(_ p: Int) -> Bool {
    p + 1 < bytes.count && (bytes[p + 1] == UInt8(ascii: "!") || bytes[p + 1] == UInt8(ascii: "^"))
  }

  /// The closing bracket of the set that opens at `p`; a bracket that comes first is a member.
  private func setEnd(_ p: Int) -> Int? {
    let first = p + (isNegated(p) ? 2 : 1)
    guard first + 1 < bytes.count else { return nil }
    return bytes[(first + 1)...].firstIndex(of: UInt8(ascii: "]"))
  }

  private func setContains(_ p: Int, _ end: Int, _ byte: UInt8) -> Bool {
    var i = p + (isNegated(p) ? 2 : 1)
    var found = false
    while i < end {
      if i + 2 < end, bytes[i + 1] == UInt8(ascii: "-") {
        found = found || (bytes[i] <= byte && byte <= bytes[i + 2])
        i += 3
      } else {
        found = found || bytes[i] == byte
        i += 1
      }
    }
    return found != isNegated(p)
  }
}
