import Streams

/// One attribute of every document of a batch.
public enum Column: Sendable, Equatable {
  case float32([Float])
  case uint64([UInt64])
  case uint8([UInt8])
  /// Text or raw bytes.
  case bytes(ByteColumn)
  /// A fixed number of values a document, row by row, for example LSH bands.
  case uint64Rows([UInt64], width: Int)

  /// The number of documents.
  public var count: Int {
    switch self {
    case .float32(let values): values.count
    case .uint64(let values): values.count
    case .uint8(let values): values.count
    case .bytes(let values): values.count
    case .uint64Rows(let values, let width): width == 0 ? 0 : values.count / width
    }
  }
}

extension Column {
  /// The values of `other` behind these; false where it is of another type or width.
  fileprivate mutating func append(_ other: Column) -> Bool {
    switch (self, other) {
    case (.float32(let a), .float32(let b)): self = .float32(a + b)
    case (.uint64(let a), .uint64(let b)): self = .uint64(a + b)
    case (.uint8(let a), .uint8(let b)): self = .uint8(a + b)
    case (.bytes(var a), .bytes(let b)):
      a.append(contentsOf: b)
      self = .bytes(a)
    case (.uint64Rows(let a, let width), .uint64Rows(let b, let other)) where width == other:
      self = .uint64Rows(a + b, width: width)
    default: return false
    }
    return true
  }
}

/// Named columns of equal length, in the order in which they were added.
public struct ColumnTable: Sendable, Equatable {
  public private(set) var names: [String] = []
  private var columns: [String: Column] = [:]

  public init() {}

  /// The number of documents; 0 without columns.
  public var count: Int { names.first.flatMap { columns[$0]?.count } ?? 0 }

  public subscript(name: String) -> Column? { columns[name] }

  /// Adds a column, or replaces the one of that name. Its length must be that of the others.
  public mutating func set(_ name: String, _ column: Column) {
    precondition(names.isEmpty || names == [name] || column.count == count, "column '\(name)'")
    if columns.updateValue(column, forKey: name) == nil { names.append(name) }
  }

  /// Appends the rows of a table with the same columns; an empty table takes them over.
  public mutating func append(_ rows: ColumnTable) throws {
    if names.isEmpty {
      self = rows
      return
    }
    guard names == rows.names else {
      throw Fault(
        .failure, "tables with different columns cannot be joined",
        found: rows.names.joined(separator: ", "), expected: names.joined(separator: ", "))
    }
    for name in names {
      guard let more = rows[name], columns[name]?.append(more) == true else {
        throw Fault(.failure, "column '\(name)' has two types")
      }
    }
  }

  public func float32(_ name: String) throws -> [Float] {
    guard case .float32(let values) = columns[name] else { throw missing(name, "float32") }
    return values
  }

  public func uint64(_ name: String) throws -> [UInt64] {
    guard case .uint64(let values) = columns[name] else { throw missing(name, "uint64") }
    return values
  }

  public func uint8(_ name: String) throws -> [UInt8] {
    guard case .uint8(let values) = columns[name] else { throw missing(name, "uint8") }
    return values
  }

  public func bytes(_ name: String) throws -> ByteColumn {
    guard case .bytes(let values) = columns[name] else { throw missing(name, "bytes") }
    return values
  }

  /// Rows of fixed width, one after the other.
  public func uint64Rows(_ name: String) throws -> (values: [UInt64], width: Int) {
    guard case .uint64Rows(let values, let width) = columns[name] else {
      throw missing(name, "uint64 rows")
    }
    return (values, width)
  }

  private func missing(_ name: String, _ type: String) -> Fault {
    Fault(
      .input, "there is no \(type) column '\(name)'", found: names.joined(separator: ", "),
      hint: "run the stage that measures it again")
  }
}
