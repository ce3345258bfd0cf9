/// One node of the schema as the footer lists it: parents before their children.
struct SchemaElement {
  var name = ""
  /// Nil for a group of columns.
  var type: ParquetColumn.PhysicalType?
  var hasType = false
  var byteWidth = 0
  var repetition = 0
  var childCount = 0
  var meaning: ParquetColumn.Meaning?

  /// Bytes of a name. Every column below a group has its name too.
  private static let nameLimit = 1 << 16

  init(_ reader: inout ThriftReader) throws {
    var (name, typeCode, width, repetition, children) = ("", -1, 0, 0, 0)
    var (converted, scale) = (-1, 0)
    var logical: ParquetColumn.Meaning?
    try reader.forEachField { reader, id, type in
      switch id {
      case 1: typeCode = try reader.count(type)
      case 2: width = try reader.count(type)
      case 3: repetition = try reader.count(type)
      case 4:
        name = try reader.string(type)
        guard name.utf8.count <= SchemaElement.nameLimit else {
          throw ParquetDamage("a column's name has \(name.utf8.count) bytes")
        }
      case 5: children = try reader.count(type)
      case 6: converted = try reader.count(type)
      case 7: scale = try reader.count(type)
      case 10:
        try reader.expect(type, .structure)
        logical = try ParquetColumn.Meaning(logical: &reader)
      default: try reader.skip(type)
      }
    }
    guard repetition <= 2 else { throw ParquetDamage("column '\(name)' has a wrong repetition") }
    self.name = name
    hasType = typeCode >= 0
    self.type = ParquetColumn.PhysicalType(rawValue: typeCode)
    byteWidth = width
    self.repetition = repetition
    childCount = children
    meaning = logical ?? ParquetColumn.Meaning(converted: converted, scale: scale)
  }
}

/// A leaf of the schema: what has values.
struct ParquetColumn {
  enum PhysicalType: Int {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case int96 = 3
    case float = 4
    case double = 5
    case bytes = 6
    case fixed = 7
  }

  /// What the values stand for.
  enum Meaning: Equatable {
    case string
    case json
    case uuid
    case float16
    case decimal(scale: Int)
    case date
    /// `digits` of a second: 3, 6 or 9.
    case time(digits: Int)
    case timestamp(digits: Int, isUTC: Bool)
    case unsigned
    case other
    /// Of a group with one repeated child, whatever that and the elements in it are called.
    case list
    /// Of a group with one repeated child, whose children are keys and values.
    case map
  }

  /// The names from the root, joined by dots.
  var path: String
  /// The same as ``DocumentFields`` writes it: dots and backslashes inside a name have a backslash.
  var fieldPath: String
  /// Nil where Midstream does not know the type.
  var type: PhysicalType?
  /// Bytes of a value of the type `fixed`.
  var byteWidth: Int
  var meaning: Meaning?
  /// The level at which a value is there; lower ones mean null.
  var presentLevel: Int
  /// Where the column is part of a list or map: the path of that list or map.
  var nestedIn: String?
  /// The names from the root as people see them, joined by dots: without those that the format gives
  /// the insides of lists and maps.
  var valuePath: String
  /// Lists and maps around the values, 0 outside of any.
  var repeatedLevel: Int
  /// The level at which the innermost of these lists has an element, be it null.
  var elementLevel: Int

  /// Bytes of the paths of all columns and groups.
  private static let pathLimit = 64 << 20

  /// The leaves below the root, which is the first element.
  static func leaves(of elements: [SchemaElement]) throws -> [ParquetColumn] {
    guard let root = elements.first else { throw ParquetDamage("the footer has no schema") }
    var leaves: [ParquetColumn] = []
    var place = 1
    var pathBytes = 0
    // A stack of its own: a hostile schema may be as deep as it is long.
    var open = [Parent(childrenLeft: root.childCount)]
    while let parent = open.last {
      if parent.childrenLeft == 0 {
        open.removeLast()
        continue
      }
      guard place < elements.count, open.count <= 64 else {
        throw ParquetDamage("the schema has a group without its columns, or is nested too deeply")
      }
      open[open.count - 1].childrenLeft -= 1
      let element = elements[place]
      place += 1
      let node = Parent(element, in: parent)
      pathBytes +=
        node.path.utf8.count + node.fieldPath.utf8.count + node.valuePath.utf8.count
      guard pathBytes <= pathLimit else {
        throw ParquetDamage("the names of the columns take too much memory")
      }
      if element.hasType {
        leaves.append(
          ParquetColumn(
            path: node.path, fieldPath: node.fieldPath, type: element.type,
            byteWidth: element.byteWidth, meaning: element.meaning, presentLevel: node.level,
            nestedIn: node.nestedIn, valuePath: node.valuePath, repeatedLevel: node.repeatedLevel,
            elementLevel: node.elementLevel))
      } else {
        open.append(node)
      }
    }
    guard place == elements.count, !leaves.isEmpty else {
      throw ParquetDamage("the schema has \(elements.count) elements and \(leaves.count) columns")
    }
    return leaves
  }

  /// A group of columns, or a leaf, on the way through the schema.
  private struct Parent {
    var path = ""
    var fieldPath = ""
    var level = 0
    var nestedIn: String?
    var name = ""
    var valuePath = ""
    var repeatedLevel = 0
    var elementLevel = 0
    var inside = Inside.columns
    var childrenLeft = 0

    init(childrenLeft: Int) { self.childrenLeft = childrenLeft }

    init(_ element: SchemaElement, in parent: Parent) {
      let dot = parent.path.isEmpty ? "" : "."
      let name = element.name.replacing("\\", with: "\\\\").replacing(".", with: "\\.")
      path = parent.path + dot + element.name
      fieldPath = parent.fieldPath + dot + name
      level = parent.level + (element.repetition == 0 ? 0 : 1)
      // A list is a group with one repeated child: the group has the name that users know.
      let list = parent.path.isEmpty ? path : parent.path
      nestedIn = parent.nestedIn ?? (element.repetition == 2 ? list : nil)
      self.name = element.name
      repeatedLevel = parent.repeatedLevel + (element.repetition == 2 ? 1 : 0)
      elementLevel = element.repetition == 2 ? level : parent.elementLevel
      inside = Inside(element, in: parent)
      let isNamed =
        parent.inside == .columns || (parent.inside != .element && element.repetition != 2)
      valuePath = parent.valuePath
      if isNamed { valuePath += (parent.valuePath.isEmpty ? "" : ".") + element.name }
      childrenLeft = element.childCount
    }
  }

  /// What the children of a group are.
  private enum Inside {
    /// Columns and groups with names of their own.
    case columns
    /// The one child of a list: its elements, or a group around each of them.
    case list
    /// The one child of a map, with keys and values.
    case map
    /// The one child of the group around an element.
    case element

    init(_ element: SchemaElement, in parent: Parent) {
      self = .columns
      guard element.childCount == 1 else { return }
      if element.meaning == .list {
        self = .list
      } else if element.meaning == .map {
        self = .map
      } else if parent.inside == .list, element.repetition == 2 {
        // Lists have two levels of groups; old writers leave one out, and with one of these names an
        // element is a group with one column.
        let isElement = element.name == "array" || element.name == parent.name + "_tuple"
        if !isElement { self = .element }
      }
    }
  }
}

extension ParquetColumn.Meaning {
  /// The annotation of old writers.
  init?(converted code: Int, scale: Int) {
    switch code {
    case 0, 4: self = .string
    case 5: self = .decimal(scale: scale)
    case 6: self = .date
    case 7: self = .time(digits: 3)
    case 8: self = .time(digits: 6)
    case 9: self = .timestamp(digits: 3, isUTC: true)
    case 10: self = .timestamp(digits: 6, isUTC: true)
    case 11...14: self = .unsigned
    case 1, 2: self = .map
    case 3: self = .list
    case 15...18: return nil
    case 19: self = .json
    case 20, 21: self = .other
    default: return nil
    }
  }

  /// The annotation of new writers: a union, of which one field is set.
  init?(logical reader: inout ThriftReader) throws {
    var meaning: ParquetColumn.Meaning?
    try reader.forEachField { reader, id, type in
      try reader.expect(type, .structure)
      switch id {
      case 5:
        var scale = 0
        try reader.forEachField { reader, id, type in
          if id == 1 { scale = try reader.count(type) } else { try reader.skip(type) }
        }
        meaning = .decimal(scale: scale)
      case 7, 8:
        let (digits, isUTC) = try ParquetColumn.Meaning.clock(&reader)
        meaning = id == 7 ? .time(digits: digits) : .timestamp(digits: digits, isUTC: isUTC)
      case 10:
        var isSigned = true
        try reader.forEachField { reader, id, type in
          if id == 2 { isSigned = try reader.boolean(type) } else { try reader.skip(type) }
        }
        meaning = isSigned ? nil : .unsigned
      default:
        try reader.skip(type)
        meaning =
          switch id {
          case 1, 4: .string
          case 6: .date
          case 12: .json
          case 14: .uuid
          case 15: .float16
          case 2: .map
          case 3: .list
          case 11: nil
          default: .other
          }
      }
    }
    guard let meaning else { return nil }
    self = meaning
  }

  private static func clock(_ reader: inout ThriftReader) throws -> (digits: Int, isUTC: Bool) {
    var (digits, isUTC) = (3, true)
    try reader.forEachField { reader, id, type in
      switch id {
      case 1: isUTC = try reader.boolean(type)
      case 2:
        try reader.expect(type, .structure)
        try reader.forEachField { reader, id, type in
          digits = id == 2 ? 6 : id == 3 ? 9 : 3
          try reader.skip(type)
        }
      default: try reader.skip(type)
      }
    }
    return (digits, isUTC)
  }
}
