/// Writes decimals exactly: an integer of any length with its point moved.
enum DecimalText {
  static func text(_ value: Int64, scale: Int) -> String {
    text(digits: String(value.magnitude), isNegative: value < 0, scale: scale)
  }

  /// A big-endian two's complement number.
  static func text(_ bytes: UnsafeRawBufferPointer, scale: Int) -> String {
    let isNegative = (bytes.first ?? 0) & 0x80 != 0
    var magnitude = Array(bytes)
    if isNegative {
      var carry: UInt16 = 1
      for i in magnitude.indices.reversed() {
        let sum = UInt16(~magnitude[i]) + carry
        magnitude[i] = UInt8(truncatingIfNeeded: sum)
        carry = sum >> 8
      }
    }
    // Schoolbook division by 10^9, nine digits a round.
    var digits = ""
    while magnitude.contains(where: { $0 != 0 }) {
      var rest: UInt64 = 0
      for i in magnitude.indices {
        let value = rest << 8 | UInt64(magnitude[i])
        magnitude[i] = UInt8(truncatingIfNeeded: value / 1_000_000_000)
        rest = value % 1_000_000_000
      }
      let group = String(rest)
      digits = String(repeating: "0", count: 9 - group.count) + group + digits
    }
    let significant = digits.drop { $0 == "0" }
    return text(
      digits: significant.isEmpty ? "0" : String(significant), isNegative: isNegative,
      scale: scale)
  }

  private static func text(digits: String, isNegative: Bool, scale: Int) -> String {
    let sign = isNegative ? "-" : ""
    if scale == 0 { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
  }
}
