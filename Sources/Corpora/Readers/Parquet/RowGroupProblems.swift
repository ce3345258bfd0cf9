import Runs
import Streams

extension ReadingProblems {
  /// A row group that cannot be read further, because of one of its columns.
  /// - Parameters:
  ///   - rows: how many are lost.
  ///   - record: the first of them in the file, from 1.
  mutating func addLoss(
    _ error: any Error, rows: Int, group: Int, column: String, offset: Int, file: String,
    record: Int
  ) {
    guard let damage = error as? ParquetDamage else {
      let fault = error as? Fault ?? Fault(.failure, "\(error)")
      return add(fault, file: file, damaged: false, record: record, offset: offset)
    }
    let kind: ReadingProblem.Kind =
      switch damage.kind {
      case .damaged: .damagedFile
      case .unsupported: .unsupported
      case .tooLarge: .tooLarge
      }
    let place = "row group \(group), column '\(column)', page at byte \(offset)"
    let lost = rows == 1 ? "1 row is" : "\(rows) rows are"
    add(
      ReadingProblem(
        kind, file: file, record: record, offset: offset,
        message: "\(place): \(damage.message); \(lost) lost"))
  }

  mutating func addWrongRowCount(_ metadata: ParquetMetadata, _ rows: Int, file: String) {
    add(
      ReadingProblem(
        .malformedRecord, file: file,
        message: "the footer claims \(metadata.rowCount) rows, its row groups have \(rows)"))
  }
}
