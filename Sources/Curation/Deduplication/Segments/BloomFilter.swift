import Glibc
import Streams
import TextKernels

/// A set of parts of texts that forgets none and takes few bits for each, at the price of taking a
/// new part for a known one now and then (Bloom 1970).
///
/// For n parts and a false-positive rate p it has m = n ln(1/p) / (ln 2)^2 bits, and each part sets
/// m/n ln 2 of them. The rate is reached when n parts are in it; with more it rises. Nothing can be
/// taken out again.
///
/// The file is the same on every machine: no random numbers, no order of bytes but the little end
/// first. A header of 80 bytes (magic "MSBLOOM1"; UInt32 version and bits a part; UInt64 bits, parts
/// expected, parts in it, the rate as a double; 16 bytes of the digest of the rule that made the
/// parts' hashes; XXH3-64 of the 64 bytes before), the bits in words of 64, their XXH3-128.
public struct BloomFilter: Sendable, Equatable {
  public static let version: UInt32 = 1

  public let bitCount: Int
  /// Bits that each part sets.
  public let hashes: Int
  public let expected: Int
  public let falsePositives: Double
  /// What the hashes of its parts depend on (`SegmentRule`).
  public let rule: String
  /// Parts that were put in and not seen before.
  public private(set) var count = 0
  private var words: [UInt64]

  /// An empty filter.
  /// - Parameters:
  ///   - expected: how many different parts there will be.
  ///   - falsePositives: the share of new parts that may be taken for known ones in the end.
  /// - Throws: an input fault for numbers out of range, or where it would need more than `memory`
  ///   bytes.
  public init(expected: Int, falsePositives: Double, rule: SegmentRule, memory: Int = .max) throws {
    guard expected >= 1, falsePositives >= 1e-18, falsePositives <= 0.5 else {
      throw Fault(
        .input, "there is no such Bloom filter",
        found: "\(expected) parts, false-positive rate \(falsePositives)",
        expected: "at least 1 part, a rate from 1e-18 to 0.5")
    }
    let bits = (Double(expected) * -log(falsePositives) / (M_LN2 * M_LN2)).rounded(.up)
    guard bits < 0x1p50, bits / 8 <= Double(memory) else {
      throw Fault(
        .input, "the Bloom filter does not fit into the memory",
        found: "\(Int(min(bits / 8e6, 1e12))) MB for \(expected) parts at \(falsePositives)",
        expected: "at most \(memory / 1_000_000) MB",
        hint: "give more --memory, or a higher --false-positive")
    }
    bitCount = max(64, (Int(bits) + 63) / 64 * 64)
    hashes = min(64, max(1, Int((Double(bitCount) / Double(expected) * M_LN2).rounded())))
    self.expected = expected
    self.falsePositives = falsePositives
    self.rule = rule.keyDigest
    words = [UInt64](repeating: 0, count: bitCount / 64)
  }

  public var byteCount: Int { bitCount / 8 }

  /// The false-positive rate with what is in it now: the share of bits that are set, to the power of
  /// the bits of a part.
  public var currentFalsePositives: Double {
    let set = words.reduce(0) { $0 + $1.nonzeroBitCount }
    return pow(Double(set) / Double(bitCount), Double(hashes))
  }

  /// Looks parts up and puts them in, in order.
  /// - Parameter keys: high and low half of each part's hash.
  /// - Returns: for each part 1 where it was seen before, else 0.
  public mutating func insert(_ keys: [UInt64]) -> [UInt8] {
    var seen = [UInt8](repeating: 0, count: keys.count / 2)
    words.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return }
      bloom_test_and_set(base, UInt64(bitCount), UInt32(hashes), keys, seen.count, &seen)
    }
    count += seen.count - seen.reduce(0) { $0 + Int($1) }
    return seen
  }

  // MARK: File

  private static let magic = Array("MSBLOOM1".utf8)
  private static let headerBytes = 80

  private var header: [UInt8] {
    var bytes = Self.magic
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    append(Self.version)
    append(UInt32(hashes))
    append(UInt64(bitCount))
    append(UInt64(expected))
    append(UInt64(count))
    append(falsePositives.bitPattern)
    let digest = ContentDigest(rule)
    append(digest.high)
    append(digest.low)
    append(bytes.withUnsafeBytes { ContentDigest($0).high })
    append(UInt64(0))
    return bytes
  }

  /// Writes the filter aside, syncs and renames it.
  public func write(to path: String) throws {
    let file = try OutputFile(path)
    try file.write(header)
    let digest = try words.withUnsafeBytes { bytes in
      try file.write(bytes)
      return ContentDigest(bytes)
    }
    try [digest.high, digest.low].withUnsafeBytes { try file.write($0) }
    try file.commit()
  }

  /// Reads a filter.
  /// - Throws: an input fault where the file is no Bloom filter, of another version, cut short or
  ///   damaged, or made of other parts than `rule` makes.
  public init(reading path: String, rule: SegmentRule) throws {
    func fault(_ message: String, _ found: String, _ expected: String? = nil) -> Fault {
      Fault(
        .input, "'\(path)' \(message)", at: path, found: found, expected: expected,
        hint: "make the filter again from the documents that were in it")
    }
    let file = try RandomAccessBytes(path: path)
    let head = try file.bytes(at: 0, count: Self.headerBytes)
    guard head.starts(with: Self.magic) else {
      throw fault("is not a Bloom filter", "another format")
    }
    guard head.count == Self.headerBytes else { throw fault("is cut short", "\(head.count) bytes") }
    func value<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
      head.withUnsafeBytes {
        T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self))
      }
    }
    let version = value(8, UInt32.self)
    guard version == Self.version else {
      throw fault(
        "is a Bloom filter of another version", "version \(version)", "version \(Self.version)")
    }
    guard head[..<64].withUnsafeBytes({ ContentDigest($0).high }) == value(64, UInt64.self),
      let bits = Int(exactly: value(16, UInt64.self)), bits >= 64, bits % 64 == 0, bits < 1 << 50,
      let expected = Int(exactly: value(24, UInt64.self)),
      let count = Int(exactly: value(32, UInt64.self)),
      (1...64).contains(value(12, UInt32.self))
    else { throw fault("is a damaged Bloom filter", "a header with another checksum") }
    let whole = Self.headerBytes + bits / 8 + 16
    guard file.count == whole else {
      throw fault(
        file.count < whole ? "is cut short" : "has bytes behind its end", "\(file.count) bytes",
        "\(whole)")
    }
    let digest = ContentDigest(rule.keyDigest)
    guard value(48, UInt64.self) == digest.high, value(56, UInt64.self) == digest.low else {
      throw Fault(
        .input, "'\(path)' holds other parts of texts than are compared now", at: path,
        expected: "the same --method, --window and --segment-words",
        hint: "use the settings with which the filter was made, or another filter")
    }
    bitCount = bits
    hashes = Int(value(12, UInt32.self))
    self.expected = expected
    self.count = count
    falsePositives = Double(bitPattern: value(40, UInt64.self))
    self.rule = rule.keyDigest
    words = try [UInt64](unsafeUninitializedCapacity: bits / 64) { buffer, filled in
      let read = try file.read(at: Self.headerBytes, into: UnsafeMutableRawBufferPointer(buffer))
      filled = read / 8
    }
    let end = try file.bytes(at: whole - 16, count: 16)
    let stored = end.withUnsafeBytes {
      ContentDigest(
        high: $0.loadUnaligned(as: UInt64.self),
        low: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    guard words.count == bits / 64, words.withUnsafeBytes({ ContentDigest($0) }) == stored else {
      throw fault("is a damaged Bloom filter", "bits with another checksum")
    }
  }
}
