/// Tar archives made by hand, right and wrong.
enum TarBytes {
  /// A header block with a right checksum.
  static func header(
    _ name: String, size: Int = 0, type: Character = "0", prefix: String = "",
    magic: String = "ustar\u{0}00", sizeField: [UInt8]? = nil
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: some Sequence<UInt8>, at place: Int) {
      for (index, byte) in bytes.enumerated() { block[place + index] = byte }
    }
    let octal = String(size, radix: 8)
    put(name.utf8.prefix(100), at: 0)
    put("0000644".utf8, at: 100)
    put(sizeField ?? Array((String(repeating: "0", count: 11 - octal.count) + octal).utf8), at: 124)
    put([UInt8](repeating: 0x20, count: 8), at: 148)
    put(String(type).utf8, at: 156)
    put(magic.utf8, at: 257)
    put(prefix.utf8, at: 345)
    let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    put((String(repeating: "0", count: 6 - sum.count) + sum).utf8, at: 148)
    block[154] = 0
    return block
  }

  static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }

  static func file(_ name: String, _ text: String, prefix: String = "") -> [UInt8] {
    let bytes = Array(text.utf8)
    return header(name, size: bytes.count, prefix: prefix) + padded(bytes)
  }

  /// An extended header with these fields.
  static func pax(_ fields: [(String, String)], type: Character = "x") -> [UInt8] {
    let records = fields.map { key, value -> String in
      let rest = " \(key)=\(value)\n"
      var length = rest.utf8.count + 1
      while String(length).utf8.count + rest.utf8.count != length { length += 1 }
      return "\(length)\(rest)"
    }
    let bytes = Array(records.joined().utf8)
    return header("pax", size: bytes.count, type: type) + padded(bytes)
  }

  static let end = [UInt8](repeating: 0, count: 1024)
}
