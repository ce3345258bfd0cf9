extension SignalGroup {
  /// What tells minified, generated or encoded files from source code (Kocetkov et al. 2022,
  /// arXiv:2211.15533).
  static let sourceCode = SignalGroup(
    signals: [
      .init(
        "alphanumeric_ratio", "share of code points",
        "ASCII letters and digits, and all characters beyond ASCII.", paper: Paper.theStack),
      .init(
        "max_line_length", "code points", "The length of the longest line.",
        paper: Paper.theStack),
    ], needsWords: false
  ) { anatomy, values in
    let text = UnsafeBufferPointer(
      start: anatomy.parts.pointee.text, count: anatomy.byteCount)
    var alphanumeric = 0
    for byte in text { alphanumeric += Int(isLetterOrDigit[Int(byte)]) }
    var longest = 0
    for line in 0..<anatomy.lineCount {
      let range = anatomy.lineRange(line)
      guard range.count > longest else { continue }
      longest = max(longest, range.reduce(0) { $0 + (text[$1] & 0xc0 == 0x80 ? 0 : 1) })
    }
    values[0] = ratio(alphanumeric, of: anatomy.characterCount)
    values[1] = Float(longest)
  }

  /// 1 for the first byte of an ASCII letter or digit, or of a character beyond ASCII.
  private static let isLetterOrDigit: [UInt8] = (0..<256).map { byte in
    let isASCII =
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    return isASCII || byte >= 0xc0 ? 1 : 0
  }
}
