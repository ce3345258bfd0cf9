import Corpora
import Streams
import TextKernels

/// Measures what deduplication needs to know of a document, in pass one. Owns its scratch memory:
/// one for each thread, used for many batches.
///
/// Two texts have the same hash where they are equal after A-Z became a-z, each run of Unicode
/// whitespace one space, and the ends were trimmed. Other letters keep their case, and no Unicode
/// normal form is taken.
///
/// Sketches are made of the plan's shingles by fast similarity sketching (Dahlgaard, Knudsen &
/// Thorup 2017, arXiv:1704.04370): each slot agrees with a probability that is the Jaccard
/// similarity, for short texts too, where one-permutation hashing must fill empty slots by copies.
public final class Fingerprinter {
  /// The names of the columns.
  public static let textHashColumn = "text_hash"
  public static let bandsColumn = "minhash_bands"
  public static let urlHashColumn = "url_hash"

  public let plan: MinHashPlan
  private let collapsed: CollapsedText
  private let hasher: ShingleHasher
  private var url = NormalizedURL()
  private var slots: [UInt32]

  public init(plan: MinHashPlan = .fineWeb) {
    self.plan = plan
    collapsed = CollapsedText()
    hasher = ShingleHasher(plan, collapsed: collapsed)
    slots = [UInt32](repeating: 0, count: plan.slots)
  }

  /// Sets `text_hash` (rows of 2) and `minhash_bands` (rows of `plan.bands`) for a batch.
  public func measure(_ batch: DocumentBatch, into columns: inout ColumnTable) {
    columns.set(Self.textHashColumn, .uint64Rows(textHashes(batch.texts), width: 2))
    columns.set(Self.bandsColumn, .uint64Rows(bands(batch.texts), width: plan.bands))
  }

  /// High and low 64 bits of XXH3-128 of each normalised text, row by row.
  public func textHashes(_ texts: ByteColumn) -> [UInt64] {
    var rows: [UInt64] = []
    rows.reserveCapacity(texts.count * 2)
    for index in 0..<texts.count {
      let digest = texts.withBytes(index) { textHash($0) }
      rows.append(digest.high)
      rows.append(digest.low)
    }
    return rows
  }

  /// XXH3-128 of the normalised text.
  public func textHash(_ text: UnsafeRawBufferPointer) -> ContentDigest {
    ContentDigest(collapsed.of(text))
  }

  /// High and low 64 bits of the hash of each normalised URL, row by row; two zeros where a
  /// document has no URL, which match nothing.
  public func urlHashes(_ urls: ByteColumn) -> [UInt64] {
    var rows: [UInt64] = []
    rows.reserveCapacity(urls.count * 2)
    for index in 0..<urls.count {
      let digest = urls.withBytes(index) { urlHash($0) }
      rows.append(digest?.high ?? 0)
      rows.append(digest?.low ?? 0)
    }
    return rows
  }

  /// The hashes of the URLs of a batch: of a document without one, that of the member `url` of its
  /// metadata, where datatrove and Dolma have it.
  public func urlHashes(_ batch: DocumentBatch) -> [UInt64] {
    var rows = urlHashes(batch.urls)
    for document in 0..<batch.count where batch.urls.byteCount(document) == 0 {
      batch.forEachMember(of: document, in: .metadata) { name, json in
        guard name.elementsEqual("url".utf8), json.count > 2, json.first == UInt8(ascii: "\""),
          let digest = urlHash(UnsafeRawBufferPointer(rebasing: json[1..<json.count - 1]))
        else { return }
        rows[document * 2] = digest.high
        rows[document * 2 + 1] = digest.low
      }
    }
    return rows
  }

  /// XXH3-128 of the URL as `NormalizedURL` writes it; nil for an empty one.
  public func urlHash(_ text: UnsafeRawBufferPointer) -> ContentDigest? {
    url.read(text)
    return url.bytes.isEmpty ? nil : url.bytes.withUnsafeBytes { ContentDigest($0) }
  }

  /// The bands of each text, row by row; a text without shingles has a row of zeros, which
  /// matches nothing.
  public func bands(_ texts: ByteColumn) -> [UInt64] {
    var rows = [UInt64](repeating: 0, count: texts.count * plan.bands)
    rows.withUnsafeMutableBufferPointer { rows in
      for index in 0..<texts.count {
        texts.withBytes(index) { text in
          let row = index * plan.bands
          setBands(of: text, UnsafeMutableBufferPointer(rebasing: rows[row..<row + plan.bands]))
        }
      }
    }
    return rows
  }

  private func setBands(
    of text: UnsafeRawBufferPointer, _ row: UnsafeMutableBufferPointer<UInt64>
  ) {
    let count = setSlots(of: text)
    guard count > 0, let base = row.baseAddress else { return }
    text_minhash_bands(slots, plan.bands, plan.slotsPerBand, base)
  }

  /// The sketch of one text; empty where it has no shingles.
  public func sketch(_ text: UnsafeRawBufferPointer) -> [UInt32] {
    setSlots(of: text) > 0 ? slots : []
  }

  private func setSlots(of text: UnsafeRawBufferPointer) -> Int {
    let shingles = hasher.shingles(of: text)
    guard let base = shingles.baseAddress else { return 0 }
    text_minhash(base, shingles.count, &slots, plan.slots)
    return shingles.count
  }
}
