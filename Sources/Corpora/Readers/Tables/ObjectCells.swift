import CSimdJSON
import Streams

/// JSON objects in the cells of one column of a table.
final class ObjectCells {
  private let checker: OpaquePointer
  private let isMembers: Bool
  private var buffer = JSONBuffer()

  /// - Parameter isMembers: whether an object is wanted without its braces.
  init(isMembers: Bool) throws {
    guard let checker = json_checker_create() else { throw Fault(.failure, "out of memory") }
    self.checker = checker
    self.isMembers = isMembers
  }

  deinit { json_checker_destroy(checker) }

  /// The object in a cell byte for byte; nil where the cell holds none. Line ends between its tokens
  /// become spaces, for an object goes on one line of JSONL. Valid until the next call and as long
  /// as the cell.
  func object(in cell: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard let first = cell.firstIndex(where: { !ObjectCells.isSpace($0) }),
      cell[first] == UInt8(ascii: "{"),
      let last = cell.lastIndex(where: { !ObjectCells.isSpace($0) }), last > first,
      cell[last] == UInt8(ascii: "}"),
      let base = cell.baseAddress?.assumingMemoryBound(to: UInt8.self),
      json_is_object(checker, base, cell.count) != 0
    else { return nil }
    let object = UnsafeRawBufferPointer(
      rebasing: isMembers ? cell[(first + 1)..<last] : cell[first...last])
    return buffer.oneLine(object)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }
}
