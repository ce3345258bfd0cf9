import Streams

/// Consecutive documents of one task that are worked on, and stored, together.
public struct DocumentPart: Sendable, Hashable {
  public var task: Int32
  /// The place of its first document in the task.
  public var firstOrdinal: Int32
  public var count: Int

  public init(task: Int32, firstOrdinal: Int32 = 0, count: Int) {
    self.task = task
    self.firstOrdinal = firstOrdinal
    self.count = count
  }
}

/// All documents in one row, numbered from 0 in the order of their addresses.
struct DocumentNumbering: Sendable {
  let parts: [DocumentPart]
  /// The number of the first document of each part, and the number of all.
  private let starts: [Int]

  /// - Throws: where the parts are out of order.
  init(_ parts: [DocumentPart]) throws {
    self.parts = parts
    var starts = [0]
    starts.reserveCapacity(parts.count + 1)
    for (index, part) in parts.enumerated() {
      if index > 0 {
        let before = parts[index - 1]
        guard
          (before.task, Int(before.firstOrdinal) + before.count)
            <= (part.task, Int(part.firstOrdinal))
        else {
          throw Fault(
            .failure, "parts of a deduplication are not in order",
            found: "task \(part.task) from \(part.firstOrdinal) after task \(before.task)")
        }
      }
      starts.append(starts[index] + part.count)
    }
    self.starts = starts
  }

  var count: Int { starts[parts.count] }

  func range(ofPart index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// The part that holds a document.
  func part(of number: Int) -> Int {
    var low = 0
    var high = parts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= number { low = middle } else { high = middle }
    }
    return low
  }

  func address(_ number: Int) -> DocumentAddress {
    let index = part(of: number)
    return DocumentAddress(
      task: parts[index].task,
      ordinal: parts[index].firstOrdinal + Int32(number - starts[index]))
  }
}
