import CounterRandom
import Streams
import TokenShards

/// The windows of one domain's shards, and the order in which training sees them: each epoch is a
/// permutation of all windows, made from seed, domain and epoch alone.
struct DomainWindows {
  private let readers: [ShardReader]
  /// How many windows there are before each shard; one more than there are shards.
  private let starts: [Int]
  private let sequenceLength: Int
  private let random: CounterRandom
  private var epoch = -1
  private var permutation: KeyedPermutation

  init(_ readers: [ShardReader], sequenceLength: Int, seed: UInt64, domain: String) {
    var starts = [0]
    for reader in readers {
      starts.append(
        starts[starts.count - 1]
          + Self.count(tokens: reader.tokenCount, sequenceLength: sequenceLength))
    }
    self.readers = readers
    self.starts = starts
    self.sequenceLength = sequenceLength
    random = CounterRandom(seed: seed, purpose: "windows of " + domain)
    permutation = KeyedPermutation(count: 0, random: random)
  }

  /// A window has one token more than the sequence: the target of its last token. Neighbours share
  /// that token, and no window spans two shards.
  static func count(tokens: Int, sequenceLength: Int) -> Int {
    max(0, tokens - 1) / sequenceLength
  }

  var count: Int { starts[starts.count - 1] }

  /// Fills the domain's window number `ordinal` over all epochs. `count` must not be 0.
  mutating func fill(
    _ ordinal: Int, into output: UnsafeMutableBufferPointer<UInt32>
  ) throws {
    if ordinal / count != epoch {
      epoch = ordinal / count
      permutation = KeyedPermutation(
        count: UInt64(count), random: random.substream(UInt64(epoch)))
    }
    let window = Int(permutation[UInt64(ordinal % count)])
    var (low, high) = (0, readers.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= window { low = middle } else { high = middle }
    }
    try readers[low].tokens(
      from: (window - starts[low]) * sequenceLength, count: sequenceLength + 1, into: output)
  }
}
