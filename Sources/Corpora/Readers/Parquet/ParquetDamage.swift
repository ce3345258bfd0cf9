/// What is wrong with a part of a Parquet file. The reader knows which part it is.
struct ParquetDamage: Error {
  enum Kind {
    /// The bytes are not what the format says.
    case damaged
    /// The bytes may be right, but Midstream cannot read them.
    case unsupported
    /// More than the limit allows.
    case tooLarge
  }

  var kind: Kind
  var message: String
  /// Where it was met, in bytes from the start of the file.
  var offset: Int?

  init(_ message: String, _ kind: Kind = .damaged, at offset: Int? = nil) {
    self.kind = kind
    self.message = message
    self.offset = offset
  }
}
