import Streams

/// Two documents whose similarity was measured and reaches the threshold, as numbers.
struct DuplicateLink: Sendable, Equatable {
  var a: UInt64
  var b: UInt64
  var similarity: Float
}

/// Links on disk: both documents in 64 bits, then the similarity's bits.
enum LinkFile {
  static let kind: StaticString = "LINK"

  static func append(_ link: DuplicateLink, to file: ValueFile.Writer) throws {
    try file.append(link.a)
    try file.append(link.b)
    try file.append(UInt64(link.similarity.bitPattern))
  }

  static func forEach(
    _ path: String, below documentCount: Int, _ body: (DuplicateLink) throws -> Void
  ) throws {
    let reader = try ValueFile.Reader(path, kind: kind)
    var values = try ValueFile.Sequence(reader)
    while let a = try values.value() {
      let b = try values.needed()
      let bits = try values.needed()
      guard a < UInt64(documentCount), b < UInt64(documentCount), a != b, bits <= UInt32.max else {
        throw reader.damaged(
          "a link of \(a) and \(b)", expected: "documents below \(documentCount)")
      }
      try body(DuplicateLink(a: a, b: b, similarity: Float(bitPattern: UInt32(bits))))
    }
  }
}
