extension String {
  /// The text as a terminal may show it: control characters and marks that turn the direction of text
  /// around, which names and texts from anywhere can hold, become U+FFFD. Line feeds stay, tabs become
  /// spaces.
  package var printable: String {
    if unicodeScalars.allSatisfy({ !Self.acts($0) }) { return self }
    return String(
      UnicodeScalarView(
        unicodeScalars.map { scalar in
          scalar == "\t" ? " " : Self.acts(scalar) ? "\u{FFFD}" : scalar
        }))
  }

  private static func acts(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
