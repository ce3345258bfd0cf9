/// `records/contamination.json`: which items of evaluation sets stand in training documents, and what
/// was done about it.
public struct ContaminationRecord: Codable, Sendable, Equatable {
  public static let path = "records/contamination.json"

  public var format = 1
  /// How parts were looked for, in a few words.
  public var method: String
  /// "document", "passage" or "report".
  public var action: String
  public var documents: Int
  public var bytes: Int
  /// Documents with an item in them, whatever was done.
  public var contaminated: Int
  public var removed: Int
  /// Documents that stay without their passages, and the bytes that they lost.
  public var cut: Int
  public var cutBytes: Int
  /// In the order in which they were named.
  public var sets: [ContaminatedSet]
  /// The items in most documents, and of equally many those of which most was found.
  public var worst: [ContaminatedItem]

  public init(
    method: String, action: String, documents: Int, bytes: Int, contaminated: Int, removed: Int,
    cut: Int, cutBytes: Int, sets: [ContaminatedSet], worst: [ContaminatedItem]
  ) {
    self.method = method
    self.action = action
    self.documents = documents
    self.bytes = bytes
    self.contaminated = contaminated
    self.removed = removed
    self.cut = cut
    self.cutBytes = cutBytes
    self.sets = sets
    self.worst = worst
  }
}

/// An evaluation set, and how much of it was found.
public struct ContaminatedSet: Codable, Sendable, Equatable {
  public var name: String
  public var file: String
  /// Which fields were taken, and how they were told.
  public var fields: String
  public var recognised: String
  public var items: Int
  /// Items in at least one document.
  public var touched: Int
  /// Rows without a part that could be looked for, and the first of them.
  public var emptyRows: Int
  public var emptyPlaces: [String]

  /// Touched items by items.
  public var share: Double { items == 0 ? 0 : Double(touched) / Double(items) }

  public init(
    name: String, file: String, fields: String, recognised: String, items: Int, touched: Int,
    emptyRows: Int, emptyPlaces: [String]
  ) {
    self.name = name
    self.file = file
    self.fields = fields
    self.recognised = recognised
    self.items = items
    self.touched = touched
    self.emptyRows = emptyRows
    self.emptyPlaces = emptyPlaces
  }
}

/// An item and the passage of a document that holds it.
public struct ContaminatedItem: Codable, Sendable, Equatable {
  public var set: String
  public var item: String
  /// "question", "choice", "answer" or "passage".
  public var part: String
  /// The part, as the set has it; cut where it is long.
  public var text: String
  /// The largest share of the part that one document has.
  public var share: Double
  /// How many documents have the item, and the first of them.
  public var documentCount: Int
  public var documents: [String]
  /// What stands in the document of the largest share; cut where it is long.
  public var passage: String

  public init(
    set: String, item: String, part: String, text: String, share: Double, documentCount: Int,
    documents: [String], passage: String
  ) {
    self.set = set
    self.item = item
    self.part = part
    self.text = text
    self.share = share
    self.documentCount = documentCount
    self.documents = documents
    self.passage = passage
  }
}
