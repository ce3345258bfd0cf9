import CXXHash
import Streams

/// The numbers of the shard format; see the article "Shard format".
enum ShardFormat {
  static let version: UInt32 = 1
  static let mostTokensPerFrame = 1 << 22
  /// Vocabularies up to here have ids of two bytes.
  static let narrowVocabulary = 65_536
  static let mostIDs = 1 << 24
  static let noToken = UInt32.max

  static let headerMagic: UInt32 = 0x184D_2A50
  static let lengthsMagic: UInt32 = 0x184D_2A51
  static let trailerMagic: UInt32 = 0x184D_2A52
  static let seekTableMagic = SeekTableBuilder.magic
  static let seekFooterMagic = SeekTableBuilder.footerMagic
  static let seekDescriptor = SeekTableBuilder.descriptor
  static let mostFrames = 0x800_0000

  static let skippableHeaderByteCount = 8
  static let seekEntryByteCount = SeekTableBuilder.entryByteCount
  static let seekFooterByteCount = 9
  static let headerByteCount = 64
  /// Behind the document lengths: their checksum and that of the trailer.
  static let lengthsTailByteCount = 8
  static let signature = Array("midtoken".utf8)

  /// That of the zstd seekable format.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    SeekTableBuilder.checksum(bytes)
  }

  static let emptyChecksum = checksum(UnsafeRawBufferPointer(start: nil, count: 0))

  static func bytesPerToken(vocabularyCount: Int) -> Int {
    vocabularyCount <= narrowVocabulary ? 2 : 4
  }
}

/// What all tokens of a shard have in common: the first frame of its file.
public struct ShardHeader: Sendable, Equatable {
  /// Ids are below this.
  public var vocabularyCount: Int
  /// `BytePairTokenizer.digest`.
  public var tokenizerDigest: ContentDigest
  /// The token after each document, or nil where documents end without one.
  public var endOfText: UInt32?
  /// Tokens in each frame but the last.
  public var tokensPerFrame: Int

  /// A header; 65,536 tokens a frame are a good choice.
  public init(
    vocabularyCount: Int, tokenizerDigest: ContentDigest, endOfText: UInt32?,
    tokensPerFrame: Int = 65_536
  ) {
    self.vocabularyCount = vocabularyCount
    self.tokenizerDigest = tokenizerDigest
    self.endOfText = endOfText
    self.tokensPerFrame = tokensPerFrame
  }

  /// 2 or 4.
  public var bytesPerToken: Int { ShardFormat.bytesPerToken(vocabularyCount: vocabularyCount) }

  func check() throws {
    guard (1...ShardFormat.mostIDs).contains(vocabularyCount),
      (1...ShardFormat.mostTokensPerFrame).contains(tokensPerFrame),
      endOfText.map({ $0 < vocabularyCount }) ?? true
    else {
      throw Fault(
        .input, "a shard cannot have this header",
        found: "\(vocabularyCount) ids, \(tokensPerFrame) tokens a frame, "
          + "end of text \(endOfText.map(String.init) ?? "none")",
        expected: "1 to \(ShardFormat.mostIDs) ids, 1 to \(ShardFormat.mostTokensPerFrame) "
          + "tokens a frame, an end of text below the number of ids")
    }
  }

  func encoded() -> [UInt8] {
    var bytes = ShardFormat.signature
    bytes.appendLittle(ShardFormat.version)
    bytes.appendLittle(UInt32(bytesPerToken))
    bytes.appendLittle(UInt32(vocabularyCount))
    bytes.appendLittle(UInt32(tokensPerFrame))
    bytes.appendLittle(endOfText ?? ShardFormat.noToken)
    bytes.appendLittle(UInt32(0))
    bytes.appendLittle(tokenizerDigest.high)
    bytes.appendLittle(tokenizerDigest.low)
    bytes.appendLittle(bytes.withUnsafeBytes { XXH64($0.baseAddress, $0.count, 0) })
    bytes.append(contentsOf: [UInt8](repeating: 0, count: 8))
    return bytes
  }

  /// - Parameter fault: makes a fault from what was found and what was expected.
  init(decoding bytes: [UInt8], _ fault: (_ found: String, _ expected: String) -> Fault) throws {
    guard bytes.count == ShardFormat.headerByteCount, bytes.starts(with: ShardFormat.signature)
    else { throw fault("\(bytes.count) other bytes", "a header of 64 bytes that says 'midtoken'") }
    let version: UInt32 = bytes.little(at: 8)
    guard version == ShardFormat.version else {
      throw fault("format version \(version)", "version \(ShardFormat.version)")
    }
    let checksum = bytes.withUnsafeBytes { XXH64($0.baseAddress, 48, 0) }
    guard checksum == bytes.little(at: 48) else {
      throw fault("another checksum of the header", "\(checksum)")
    }
    let end: UInt32 = bytes.little(at: 24)
    self.init(
      vocabularyCount: Int(bytes.little(at: 16) as UInt32),
      tokenizerDigest: ContentDigest(high: bytes.little(at: 32), low: bytes.little(at: 40)),
      endOfText: end == ShardFormat.noToken ? nil : end,
      tokensPerFrame: Int(bytes.little(at: 20) as UInt32))
    do { try check() } catch let problem as Fault {
      throw fault(problem.found ?? "", problem.expected ?? "")
    }
    let width: UInt32 = bytes.little(at: 12)
    guard width == UInt32(bytesPerToken) else {
      throw fault("\(width) bytes a token", "\(bytesPerToken) for \(vocabularyCount) ids")
    }
    guard bytes[28..<32].allSatisfy({ $0 == 0 }), bytes[56...].allSatisfy({ $0 == 0 }) else {
      throw fault("reserved bytes that are not zero", "zeros")
    }
  }
}

extension [UInt8] {
  /// The integer at a byte offset, which must be inside.
  func little<T: FixedWidthInteger>(at offset: Int) -> T {
    withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
  }
}
