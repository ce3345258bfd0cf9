import Glibc
import Streams

/// Says under which licence a file stands: by an SPDX line or a notice at its top, or by the text of a
/// licence file. It knows the licences that most public code has; everything else is `unknown`.
public enum LicenseDetector {
  public static let unknown = "unknown"
  /// How much of a licence file is looked at.
  static let licenseFileLimit = 1 << 18
  private static let noticeLimit = 6_000

  /// The SPDX expression of a licence file's text.
  public static func license(ofText bytes: UnsafeRawBufferPointer) -> String {
    let text = UnsafeRawBufferPointer(rebasing: bytes.prefix(licenseFileLimit))
    return spdxLine(UnsafeRawBufferPointer(rebasing: text.prefix(noticeLimit)))
      ?? LicensePhrases.license(of: NormalizedText(text)) ?? unknown
  }

  /// What the top of a source file says; nil where it says nothing that is known.
  public static func notice(inSource bytes: UnsafeRawBufferPointer) -> String? {
    let top = UnsafeRawBufferPointer(rebasing: bytes.prefix(noticeLimit))
    if let expression = spdxLine(top) { return expression }
    guard mayHaveNotice(top) else { return nil }
    return LicensePhrases.license(of: NormalizedText(top))
  }

  /// Whether a file of this name holds a licence: `LICENSE`, `COPYING.LESSER`, `LICENSE-MIT.txt`,
  /// `debian/copyright`; but not `license.py`.
  public static func isLicenseFile(_ path: String) -> Bool {
    let name = Folder.name(of: path).lowercased()
    let stems = ["license", "licence", "copying", "copyright", "unlicense", "unlicence"]
    let isNamed =
      stems.contains { stem in
        guard name.hasPrefix(stem) else { return false }
        let rest = name.dropFirst(stem.count)
        return rest.isEmpty || [".", "-", "_"].contains(rest.first)
      } || name.hasSuffix("-license") || name.hasSuffix("-licence")
    return isNamed && !ProgrammingLanguage.isSourceCode(path: path)
      && CorpusFormat(path: path) != .html
  }

  /// The licence of a folder with several licence files: of the GNU licences the lesser one, which
  /// comes with the text that it builds on; a choice where the names say `LICENSE-…`.
  static func joined(_ found: [(name: String, id: String)]) -> String {
    let known = Set(found.map(\.id)).subtracting([unknown])
    let ids = known.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if ids.isEmpty { return unknown }
    if ids.count == 2, let lesser = ids.first(where: { $0.hasPrefix("LGPL") }),
      ids.contains(where: { $0.hasPrefix("GPL") })
    {
      return lesser
    }
    let isChoice = found.allSatisfy { $0.name.dropFirst(6).contains("-") }
    return ids.joined(separator: isChoice ? " OR " : " AND ")
  }

  private static func mayHaveNotice(_ top: UnsafeRawBufferPointer) -> Bool {
    // Each notice says one of these words.
    let words: [StaticString] = ["icens", "ermission", "edistribution", "ltered"]
    return words.contains { place(of: $0, in: top) != nil }
  }

  /// The expression of `SPDX-License-Identifier: MIT OR Apache-2.0 */`.
  private static func spdxLine(_ top: UnsafeRawBufferPointer) -> String? {
    guard let place = place(of: "SPDX-License-Identifier:", in: top) else { return nil }
    let line = top[(place + 24)...].prefix(200).prefix { $0 != 0x0a && $0 != 0x0d }
    let isExpression: (UInt8) -> Bool = { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
        || [0x20, 0x2e, 0x2b, 0x2d, 0x28, 0x29].contains(byte)
    }
    let expression = line.drop { $0 == 0x20 || $0 == 0x09 }.prefix(while: isExpression)
    var words = String(decoding: expression, as: UTF8.self).split(separator: " ")
    // What closes a comment, such as `-->`, is no part of it.
    while let last = words.last, last.allSatisfy({ "-.+".contains($0) }) { words.removeLast() }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private static func place(of word: StaticString, in text: UnsafeRawBufferPointer) -> Int? {
    let length = word.utf8CodeUnitCount
    guard let base = text.baseAddress, length > 0 else { return nil }
    var at = 0
    while at + length <= text.count,
      let found = memchr(base + at, Int32(word.utf8Start[0]), text.count - length - at + 1)
    {
      let place = UnsafeRawPointer(found) - base
      if memcmp(base + place, word.utf8Start, length) == 0 { return place }
      at = place + 1
    }
    return nil
  }
}
