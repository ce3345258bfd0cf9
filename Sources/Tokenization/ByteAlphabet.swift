/// The printable letters that stand for bytes in `tokenizer.json` (Radford et al. 2019): 0x21–0x7E,
/// 0xA1–0xAC and 0xAE–0xFF stand for themselves, the others are U+0100 and up in byte order.
enum ByteAlphabet {
  /// The letter of each byte.
  static let letters: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0..<256).map { byte -> Unicode.Scalar in
      if isPrintable(UInt32(byte)) { return Unicode.Scalar(UInt8(byte)) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "?"
    }
  }()

  /// The byte of each letter below U+0144; -1 where there is none.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, letter) in letters.enumerated() { bytes[Int(letter.value)] = Int16(byte) }
    return bytes
  }()

  /// All bytes in the order of their letters, which is the order of their ids.
  static let bytesByLetter: [UInt8] = bytes.filter { $0 >= 0 }.map { UInt8($0) }

  private static func isPrintable(_ byte: UInt32) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
  }

  /// The bytes that a token's letters stand for, or nil where one of them stands for none.
  static func decode(_ token: String) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(token.utf8.count)
    for scalar in token.unicodeScalars {
      guard scalar.value < bytes.count, bytes[Int(scalar.value)] >= 0 else { return nil }
      decoded.append(UInt8(bytes[Int(scalar.value)]))
    }
    return decoded
  }

  static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var token = ""
    for byte in bytes { token.unicodeScalars.append(letters[Int(byte)]) }
    return token
  }
}
