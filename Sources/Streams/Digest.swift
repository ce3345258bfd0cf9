import CCrypto
import CXXHash

/// XXH3 with 128 bits: names content in completion records and duplicates. Not cryptographic.
public struct ContentDigest: Sendable, Hashable, Comparable {
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  public init(_ bytes: UnsafeRawBufferPointer) {
    let hash = XXH3_128bits(bytes.baseAddress, bytes.count)
    self.init(high: hash.high64, low: hash.low64)
  }

  public init(_ text: String) {
    var text = text
    self = text.withUTF8 { ContentDigest(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of a file's bytes on disk.
  public init(file path: String) throws {
    guard let state = XXH3_createState() else { throw Fault(.failure, "out of memory") }
    defer { XXH3_freeState(state) }
    XXH3_128bits_reset(state)
    try FileSource(path).forEachPiece { XXH3_128bits_update(state, $0.baseAddress, $0.count) }
    let hash = XXH3_128bits_digest(state)
    self.init(high: hash.high64, low: hash.low64)
  }

  /// 32 lower-case hexadecimal digits.
  public var hex: String { Hex.string(high) + Hex.string(low) }

  public static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

/// SHA-256, for what other people published a digest of.
public enum SHA256 {
  /// 64 lower-case hexadecimal digits.
  public static func hex(file path: String) throws -> String {
    guard let context = EVP_MD_CTX_new() else { throw Fault(.failure, "out of memory") }
    defer { EVP_MD_CTX_free(context) }
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
    try FileSource(path).forEachPiece { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    return digest.map { Hex.string($0) }.joined()
  }

  /// The 32 bytes of the digest of some bytes.
  public static func digest(of bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil)
    return digest
  }
}

enum Hex {
  static func string(_ value: some FixedWidthInteger) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
  }
}

extension ByteSource {
  fileprivate func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer)
      if count == 0 { return }
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
