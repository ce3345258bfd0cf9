import Corpora
import Curation
import Streams

/// What is counted of some documents of one source.
struct MeasuredDocuments: Sendable {
  var lengths: [Int] = []
  var languages: [String: Int] = [:]
  var digests: [ContentDigest] = []
  /// Bytes of text that were compressed, and what they became.
  var compressedFrom = 0
  var compressedTo = 0
}

/// Counts batches; one serves one thread.
final class DocumentMeasurer {
  private let detector = LanguageDetector()

  init() {}

  /// By source.
  func measure(_ batch: DocumentBatch) throws -> [(String, MeasuredDocuments)] {
    var order: [String] = []
    var measured: [String: MeasuredDocuments] = [:]
    for index in 0..<batch.count {
      let source = batch.sources.string(index)
      if measured[source] == nil { order.append(source) }
      let (code, digest) = batch.texts.withBytes(index) {
        (detector.detect($0).code, ContentDigest($0))
      }
      measured[source, default: MeasuredDocuments()].lengths.append(batch.texts.byteCount(index))
      measured[source]?.languages[code, default: 0] += 1
      measured[source]?.digests.append(digest)
    }
    if order.count == 1 {
      // One megabyte of each batch says enough, and takes little time.
      try batch.texts.bytes.withUnsafeBytes { text in
        let piece = UnsafeRawBufferPointer(rebasing: text.prefix(1_000_000))
        measured[order[0]]?.compressedFrom = piece.count
        measured[order[0]]?.compressedTo = try Zstd.compress(piece).count
      }
    }
    return order.compactMap { name in measured[name].map { (name, $0) } }
  }
}

/// The figures of many documents, in memory that does not grow with them.
struct CorpusStatistics {
  private(set) var documents = 0
  private(set) var textBytes = 0
  private var shortest = Int.max
  private var longest = 0
  /// Documents of 2^i to 2^(i+1) - 1 bytes.
  private var lengths = [Int](repeating: 0, count: 64)
  private var languages: [String: Int] = [:]
  private var duplicates = DistinctTexts()
  private var compressedFrom = 0
  private var compressedTo = 0

  mutating func add(_ more: MeasuredDocuments) {
    documents += more.lengths.count
    for length in more.lengths {
      textBytes += length
      shortest = min(shortest, length)
      longest = max(longest, length)
      lengths[max(0, Int.bitWidth - 1 - length.leadingZeroBitCount)] += 1
    }
    languages.merge(more.languages) { $0 + $1 }
    for digest in more.digests { duplicates.insert(digest) }
    compressedFrom += more.compressedFrom
    compressedTo += more.compressedTo
  }

  /// What is shown and printed.
  struct Summary: Encodable {
    struct Lengths: Encodable {
      var shortest: Int
      var mean: Double
      /// From the histogram: right within its class.
      var median: Int
      var longest: Int
      /// Documents by the smallest length of their class, a power of two.
      var histogram: [String: Int]
    }

    var source: String
    var documents: Int
    var textBytes: Int
    var lengths: Lengths
    /// The share of documents by language code.
    var languages: [String: Double]
    /// Bytes of text to bytes of zstd, level 3, on the first megabyte of each batch; nil where
    /// sources are mixed.
    var compressionRatio: Double?
    /// The share of documents whose text came before.
    var exactDuplicates: Double
    /// The standard error of that share; 0 where every document was counted.
    var exactDuplicatesError: Double
  }

  func summary(name: String) -> Summary {
    var histogram: [String: Int] = [:]
    for (place, count) in lengths.enumerated() where count > 0 {
      histogram[String(1 << place)] = count
    }
    let share = duplicates.duplicateShare
    return Summary(
      source: name, documents: documents, textBytes: textBytes,
      lengths: Summary.Lengths(
        shortest: shortest == .max ? 0 : shortest,
        mean: documents == 0 ? 0 : Double(textBytes) / Double(documents), median: median,
        longest: longest, histogram: histogram),
      languages: languages.mapValues { Double($0) / Double(max(1, documents)) },
      compressionRatio: compressedTo == 0 ? nil : Double(compressedFrom) / Double(compressedTo),
      exactDuplicates: share.value, exactDuplicatesError: share.error)
  }

  /// The middle of its class, by the share of documents below it.
  private var median: Int {
    var before = 0
    for (place, count) in lengths.enumerated() where count > 0 {
      if 2 * (before + count) >= documents {
        let inside = (Double(documents) / 2 - Double(before)) / Double(count)
        return min(longest, max(shortest, Int(Double(1 << place) * (1 + inside))))
      }
      before += count
    }
    return 0
  }
}
