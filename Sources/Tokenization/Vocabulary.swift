import Streams

/// The bytes of each token by id, and the id by bytes.
struct Vocabulary: Sendable {
  /// The bytes of all tokens, one after the other, in the order of their ids.
  private(set) var bytes: [UInt8] = []
  /// Where token `i` starts; `count + 1` entries.
  private(set) var offsets: [Int] = [0]
  private(set) var idByBytes: [[UInt8]: UInt32] = [:]

  /// The number of ids; ids without a token have no bytes.
  var count: Int { offsets.count - 1 }

  subscript(id: UInt32) -> ArraySlice<UInt8> { bytes[offsets[Int(id)]..<offsets[Int(id) + 1]] }

  /// - Parameter tokens: by id; empty where an id has no token. No two may be equal.
  init(_ tokens: [[UInt8]]) {
    bytes.reserveCapacity(tokens.reduce(0) { $0 + $1.count })
    offsets.reserveCapacity(tokens.count + 1)
    idByBytes.reserveCapacity(tokens.count)
    for (id, token) in tokens.enumerated() {
      bytes.append(contentsOf: token)
      offsets.append(bytes.count)
      if !token.isEmpty { idByBytes[token] = UInt32(id) }
    }
  }
}
