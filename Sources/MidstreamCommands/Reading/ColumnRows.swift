import Corpora
import Reports
import Runs
import Streams

/// The first rows of a file of columns for a person's eyes, and as JSON lines.
struct ColumnRows {
  static let ending = ".columns"

  private let table: ColumnTable
  private let shown: Int

  init(_ table: ColumnTable, limit: Int) {
    self.table = table
    shown = min(limit, table.count)
  }

  private enum Cell {
    case none
    case number(String)
    case text(String)
    case list([UInt64])
  }

  /// A column's value; the largest UInt64 stands for none.
  private func cell(_ name: String, _ row: Int) -> Cell {
    switch table[name] {
    case .uint64(let values): values[row] == .max ? .none : .number("\(values[row])")
    case .uint8(let values): .number("\(values[row])")
    case .float32(let values): values[row].isFinite ? .number("\(values[row])") : .none
    case .bytes(let values): .text(values.string(row))
    case .uint64Rows(let values, let width): .list(Array(values[row * width..<(row + 1) * width]))
    case nil: .none
    }
  }

  /// A line of JSON a row.
  var lines: [String] {
    (0..<shown).map { row in
      let members = table.names.map { name in
        let value =
          switch cell(name, row) {
          case .none: "null"
          case .number(let text): text
          case .text(let text): JSONValue.quoted(text)
          case .list(let values): "[" + values.map { "\($0)" }.joined(separator: ",") + "]"
          }
        return JSONValue.quoted(name) + ":" + value
      }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  /// A table under a line that says how many rows there are.
  func text(title: String, width: Int) -> String {
    let rows = (0..<shown).map { row in
      table.names.map { name in
        switch cell(name, row) {
        case .none: "–"
        case .number(let text): text
        case .text(let text): text.printable
        case .list(let values): values.map { "\($0)" }.joined(separator: " ")
        }
      }
    }
    let columns = table.names.enumerated().map { place, name in
      if case .bytes = table[name] { return TextTable.Column.text(name, rank: place) }
      return TextTable.Column.number(name, rank: place)
    }
    let head = "\(title.printable): \(counted(table.count, "row"))"
    return ([head] + TextTable(columns: columns, rows: rows).lines(width: width))
      .joined(separator: "\n")
  }
}
