import Streams
import TextKernels
import Tokenization

/// What counts as a repeated substring.
public struct SubstringSettings: Sendable {
  /// What a text is a row of.
  public enum Symbols: Sendable {
    /// The bytes of its UTF-8.
    case bytes
    /// The ids of a tokenizer.
    case tokens(BytePairTokenizer)
  }

  /// Which copies of a repeated substring go.
  public enum Removal: String, Sendable, CaseIterable {
    /// All but the first by address.
    case repeats
    /// All, the first too.
    case all
  }

  public var symbols: Symbols
  /// The least number of symbols of a repeated substring.
  public let minimum: Int
  public var removal: Removal
  /// Bytes that the tables of a search may take, all threads together.
  public var memory: Int

  /// The longest `minimum`.
  public static let longestMinimum = 65_536

  /// - Throws: an input fault for a length that is not from 1 to `longestMinimum`.
  public init(
    symbols: Symbols = .bytes, minimum: Int = 100, removal: Removal = .repeats,
    memory: Int = 1 << 31
  ) throws {
    guard (1...Self.longestMinimum).contains(minimum) else {
      throw Fault(
        .input, "the length of a repeated substring is out of range", found: "\(minimum)",
        expected: "from 1 to \(Self.longestMinimum)")
    }
    self.symbols = symbols
    self.minimum = minimum
    self.removal = removal
    self.memory = max(1024, memory)
  }

  /// Bytes of a stored symbol.
  var width: Int {
    switch symbols {
    case .bytes: 1
    case .tokens(let tokenizer): tokenizer.vocabularyCount <= 1 << 16 ? 2 : 4
    }
  }

  /// Symbols of the grams that windows meet by. Shorter ones leave fewer runs to store, and more
  /// windows to compare that are not equal.
  var gramLength: Int { (minimum + 1) / 2 }

  /// Names everything that the stored symbols and runs depend on.
  package var textDigest: String {
    switch symbols {
    case .bytes: "bytes \(minimum)"
    case .tokens(let tokenizer): "tokens \(minimum) \(tokenizer.digest.hex)"
    }
  }

  /// Into how many buckets the grams of a corpus are shared, so that one bucket's fit a part of the
  /// memory.
  /// - Parameter textBytes: an estimate; what is found does not depend on it.
  func bucketCount(textBytes: Int) -> Int {
    // In text, two runs for as many windows as have a gram in common and one more. A run takes 16
    // bytes on disk, up to 16 in the set of grams and room for the windows of those that repeat.
    let symbolCount = textBytes / (width == 1 ? 1 : 4)
    let runs = 2 * symbolCount / (minimum - gramLength + 2)
    return min(max(16, runs / max(1, memory / 512) + 1), 1024)
  }
}
