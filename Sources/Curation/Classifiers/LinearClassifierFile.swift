import Streams

/// The file of a linear classifier: 16 bytes of header, then one zstd frame with a checksum.
///
///     offset  bytes  what
///     0       8      "MIDLIN" and the format version as two ASCII digits, "01"
///     8       1      base-2 logarithm of the number of buckets, 10 to 20
///     9       3      zero
///     12      4      bias, little-endian IEEE single
///     16             zstd: low bytes of all weights, then high bytes; a weight is an IEEE half
///
/// Bytes of one significance lie together because they compress better so. At 2^16 buckets the file
/// stays below 132 KB whatever the weights.
extension LinearClassifier {
  private static let magic = Array("MIDLIN01".utf8)

  /// The bytes of the file.
  public func encoded() throws -> [UInt8] {
    var bytes = Self.magic + [UInt8(bucketBits), 0, 0, 0]
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bias.bitPattern >> UInt32(shift)))
    }
    let halves = weights.map { Float16($0).bitPattern }
    let planes =
      halves.map { UInt8(truncatingIfNeeded: $0) } + halves.map { UInt8($0 >> 8) }
    return bytes + (try planes.withUnsafeBytes { try Zstd.compress($0, level: 19) })
  }

  /// Writes the file aside, syncs and renames it.
  public func save(to path: String) throws { try OutputFile.write(try encoded(), to: path) }

  /// Reads a file that `save` wrote.
  public init(contentsOf path: String) throws {
    try self.init(encoded: try InputFile.bytes(path), name: path)
  }

  /// - Parameter name: the file's name in faults.
  /// - Throws: an input fault for a file of another kind or version, or a damaged one.
  public init(encoded bytes: [UInt8], name: String) throws {
    func fault(_ found: String, _ expected: String) -> Fault {
      Fault(
        .input, "'\(name)' is not a classifier that can be used", found: found, expected: expected,
        hint: "train it again with 'midstream classify train'")
    }
    guard bytes.count > 16, bytes.starts(with: Self.magic) else {
      let head = String(decoding: bytes.prefix(8), as: UTF8.self)
      throw fault("\(bytes.count) bytes that start '\(head)'", "a file that starts 'MIDLIN01'")
    }
    let bits = Int(bytes[8])
    guard Self.bucketBitsRange.contains(bits), bytes[9...11].allSatisfy({ $0 == 0 }) else {
      throw fault("2^\(bits) buckets", "2^10 to 2^20 buckets, then three zero bytes")
    }
    let bias = Float(
      bitPattern: (12..<16).reversed().reduce(0) { $0 << 8 | UInt32(bytes[$1]) })
    let count = 1 << bits
    var planes = [UInt8](repeating: 0, count: count * 2)
    let isWhole = bytes.withUnsafeBytes { source in
      planes.withUnsafeMutableBytes { target in
        Zstd.decompress(UnsafeRawBufferPointer(rebasing: source[16...]), into: target)
      }
    }
    guard isWhole else {
      throw fault("a damaged or truncated zstd frame", "\(count * 2) bytes of weights")
    }
    let weights = (0..<count).map { index in
      Float(Float16(bitPattern: UInt16(planes[index]) | UInt16(planes[count + index]) << 8))
    }
    guard bias.isFinite, weights.allSatisfy(\.isFinite) else {
      throw fault("weights that are not finite", "finite weights")
    }
    self.init(bucketBits: bits, weights: weights, bias: bias)
  }
}
