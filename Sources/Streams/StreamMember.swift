/// What a reader of gzip members or zstd frames has next.
package enum StreamMember: Equatable, Sendable {
  /// More bytes are in the window. `offset` is where their member starts in the compressed file;
  /// `isFirst` and `isLast` say whether these are its first and its last bytes.
  case bytes(offset: Int, isFirst: Bool, isLast: Bool)
  case damage(MemberDamage)
  case end
}

/// Compressed bytes that could not be read. Reading goes on behind them.
package struct MemberDamage: Equatable, Sendable {
  /// Where the damaged member or the foreign bytes start in the compressed file.
  package var memberOffset: Int
  /// Where the damage was noticed.
  package var offset: Int
  /// Whether everything in front of the damage was a whole member and nothing that can be read
  /// follows: padding or other bytes at the end of a file.
  package var isTrailing: Bool
  package var message: String
}
