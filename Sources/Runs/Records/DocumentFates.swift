/// Documents of one source, or of all, and their bytes of text, by what became of them.
public struct DocumentFates: Codable, Sendable, Equatable {
  public var documents = 0
  public var kept = 0
  /// Of those that are kept, with text cut out.
  public var edited = 0
  public var removed = 0
  /// Of the texts as they were.
  public var bytes = 0
  /// Of the kept texts, without what was cut out.
  public var keptBytes = 0
  /// Of the removed texts, and what was cut out of others.
  public var removedBytes = 0

  public init() {}

  /// Counts a document.
  /// - Parameter keptBytes: what stays of its text; nil where it goes.
  public mutating func add(bytes: Int, keptBytes: Int?) {
    documents += 1
    self.bytes += bytes
    removedBytes += bytes - (keptBytes ?? 0)
    guard let keptBytes else {
      removed += 1
      return
    }
    kept += 1
    self.keptBytes += keptBytes
    if keptBytes < bytes { edited += 1 }
  }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.documents += b.documents
    sum.kept += b.kept
    sum.edited += b.edited
    sum.removed += b.removed
    sum.bytes += b.bytes
    sum.keptBytes += b.keptBytes
    sum.removedBytes += b.removedBytes
    return sum
  }
}

extension [String: DocumentFates] {
  /// All sources together.
  public var total: DocumentFates { values.reduce(DocumentFates(), +) }
}
