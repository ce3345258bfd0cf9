/// The names of an archive's members.
enum MemberPath {
  /// A name as text: UTF-8, or else the old encoding of zip archives, code page 437, in which every
  /// byte means something.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    for byte in bytes {
      text.unicodeScalars.append(
        byte < 0x80 ? Unicode.Scalar(byte) : codePage437[Int(byte) - 0x80])
    }
    return text
  }

  /// Longer names, and deeper ones, are those of no real file.
  private static let byteLimit = 4096
  private static let partLimit = 256

  /// The path without `.` and empty parts, or nil where it leaves the archive (absolute paths, `..`,
  /// backslashes, drive letters, NUL characters and names of nothing) or is longer than 4,096 bytes or
  /// 256 parts.
  static func safe(_ name: String) -> String? {
    if isTooLong(name) { return nil }
    let bytes = Array(name.utf8)
    if bytes.isEmpty || bytes[0] == UInt8(ascii: "/") { return nil }
    if bytes.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\\") }) { return nil }
    if bytes.count > 1, bytes[1] == UInt8(ascii: ":") { return nil }
    let dot = UInt8(ascii: ".")
    let parts = bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual([dot]) }
    if parts.isEmpty || parts.contains(where: { $0.elementsEqual([dot, dot]) }) { return nil }
    return String(decoding: Array(parts.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
  }

  /// Why a name is not safe, with the beginning of the name.
  static func refusal(of name: String) -> String {
    let reason = isTooLong(name) ? "is too long" : "leaves the archive"
    let shown = name.utf8.count > 200 ? name.prefix(100) + "…" : name[...]
    return "the name of a member \(reason): '\(shown)'"
  }

  private static func isTooLong(_ name: String) -> Bool {
    name.utf8.count > byteLimit
      || name.utf8.split(separator: UInt8(ascii: "/"), maxSplits: partLimit).count > partLimit
  }

  private static let codePage437 = Array(
    """
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}
    """.unicodeScalars)
}
