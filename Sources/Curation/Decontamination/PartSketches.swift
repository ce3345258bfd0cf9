import Streams
import TextKernels

/// MinHash sketches of the parts of items, by the size of the window that they are compared with.
///
/// Parts whose numbers of words differ by less than a factor of the square root of 2 share a size;
/// windows of that size lie a quarter of it apart.
struct PartSketches: Sendable {
  /// Sequences of one size.
  struct Size: Sendable {
    /// Words of a window.
    var words: Int
    /// Sequences by the hash of each of their bands.
    var bands: [[UInt64: [UInt32]]]
  }

  let plan: MinHashPlan
  let threshold: Double
  let sizes: [Size]
  /// Of the sequences that are compared so, by number; the others have none.
  let sets: [UInt32: ShingleSet]

  /// Words of a shingle.
  static let shingleWords = 3
  /// Words of the shortest part that is compared by its shingles.
  static let leastWords = 8

  init(_ index: EvaluationIndex) throws {
    threshold = index.settings.overlap
    // A window may be off by an eighth of its size, which costs a fifth of the similarity.
    plan = try MinHashPlan.plan(
      threshold: min(max(threshold * 0.7, 0.05), 0.95), recall: 0.95, slots: 64,
      shingleLength: Self.shingleWords)
    var sketcher = WindowSketcher(plan)
    var sets: [UInt32: ShingleSet] = [:]
    var sizes: [Int: Size] = [:]
    for sequence in index.sequences.indices {
      let words = index.sequenceWords(sequence)
      guard words.count >= Self.leastWords,
        index.owners(of: sequence).contains(where: {
          let part = index.parts[Int($0)]
          return part.kind == .question || part.kind == .passage
            || Int(part.words) >= index.settings.answerWords
        })
      else { continue }
      let size = Self.windowWords(words.count)
      words.withUnsafeBufferPointer { sketcher.read($0) }
      let empty = [[UInt64: [UInt32]]](repeating: [:], count: plan.bands)
      for (band, hash) in sketcher.bands.enumerated() {
        sizes[size, default: Size(words: size, bands: empty)]
          .bands[band][hash, default: []].append(UInt32(sequence))
      }
      sets[UInt32(sequence)] = sketcher.set()
    }
    self.sets = sets
    self.sizes = sizes.values.sorted { $0.words < $1.words }
  }

  /// The window for a part of so many words: a power of the square root of 2, rounded.
  static func windowWords(_ count: Int) -> Int {
    var words = Double(leastWords)
    while words * 1.19 < Double(count) { words *= 1.414_213_562_373_095 }
    return Int(words.rounded())
  }
}

/// Sketches runs of words. Owns its scratch memory.
struct WindowSketcher {
  let plan: MinHashPlan
  private var shingles: [UInt64] = []
  private var scratch: [UInt64] = []
  private var slots: [UInt32]
  private(set) var bands: [UInt64]

  init(_ plan: MinHashPlan) {
    self.plan = plan
    slots = [UInt32](repeating: 0, count: plan.slots)
    bands = [UInt64](repeating: 0, count: plan.bands)
  }

  /// Sets `bands` for a run of words.
  mutating func read(_ words: UnsafeBufferPointer<UInt64>) {
    setShingles(words)
    scratch.removeAll(keepingCapacity: true)
    scratch += shingles
    text_minhash(&scratch, scratch.count, &slots, plan.slots)
    text_minhash_bands(slots, plan.bands, plan.slotsPerBand, &bands)
  }

  private mutating func setShingles(_ words: UnsafeBufferPointer<UInt64>) {
    shingles.removeAll(keepingCapacity: true)
    shingles += words
    let count = text_shingles(&shingles, shingles.count, plan.shingleLength)
    shingles.removeLast(shingles.count - count)
  }

  /// The shingles of the run that was read last.
  mutating func set() -> ShingleSet {
    scratch.removeAll(keepingCapacity: true)
    scratch += shingles
    let hashes = scratch.withUnsafeMutableBufferPointer { buffer -> [UInt32] in
      guard let base = buffer.baseAddress else { return [] }
      let count = text_shingle_set(base, buffer.count)
      return Array(UnsafeRawBufferPointer(buffer).bindMemory(to: UInt32.self)[..<count])
    }
    return ShingleSet(hashes: hashes)
  }

  /// The shingles of a run.
  mutating func set(of words: UnsafeBufferPointer<UInt64>) -> ShingleSet {
    setShingles(words)
    return set()
  }
}
