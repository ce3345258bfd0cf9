import Streams

/// Endings of host names under which anybody can register: `com`, `co.uk`. What stands before one,
/// with one label more, is a registered domain.
///
/// Without a list of their own, packs take the last label, or the last two where our short list of
/// well-known second levels has them. The list of publicsuffix.org (`suffixes: FILE`) knows all; its
/// section of private domains is left out, as datatrove's tldextract leaves it out.
struct PublicSuffixes: Sendable {
  private var exact: HashedStrings
  /// What a `*.` stands before.
  private var wildcards = HashedStrings(expected: 16)
  /// What `!` takes out of a wildcard.
  private var exceptions = HashedStrings(expected: 16)

  init(_ file: ListFile) {
    exact = HashedStrings(expected: file.entries.count)
    for entry in file.entries {
      let rule = file.bytes[entry].map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
      if rule.starts(with: "*.".utf8) {
        rule[2...].withUnsafeBytes { wildcards.insert($0) }
      } else if rule.first == UInt8(ascii: "!") {
        rule[1...].withUnsafeBytes { exceptions.insert($0) }
      } else {
        rule.withUnsafeBytes { exact.insert($0) }
      }
    }
  }

  /// Reads the list in the form of publicsuffix.org.
  static func read(_ path: String, packFolder: String?) throws -> (PublicSuffixes, ListFile) {
    let file = try ListFile.named(path, packFolder: packFolder, comment: "//")
    let mark = Array("===BEGIN PRIVATE DOMAINS===".utf8)
    guard let start = file.bytes.firstRange(of: mark) else { return (PublicSuffixes(file), file) }
    let rest = try ListFile(
      Array(file.bytes[..<start.lowerBound]), path: file.path, comment: "//")
    return (PublicSuffixes(rest), rest)
  }

  static func builtIn() throws -> (PublicSuffixes, ListFile) {
    let file = try ListFile.named("lists/second-level-suffixes.txt", packFolder: nil)
    return (PublicSuffixes(file), file)
  }

  /// Where the registered domain of a host starts; nil where the host is a suffix itself, or an
  /// address.
  func registeredDomain(of host: SiteHost) -> Int? {
    if host.isAddress { return nil }
    return host.bytes.withUnsafeBytes { bytes in
      // Starts of labels; the suffix is the longest that a rule has, else the last label.
      var before: Int?
      var start = 0
      while true {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let next = rest.firstIndex(of: UInt8(ascii: ".")).map { start + $0 + 1 }
        if exceptions.contains(rest) { return start }
        if exact.contains(rest) { return before }
        guard let next else { return before }
        if wildcards.contains(UnsafeRawBufferPointer(rebasing: bytes[next...])) { return before }
        before = start
        start = next
      }
    }
  }
}
