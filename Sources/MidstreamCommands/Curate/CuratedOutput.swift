import Corpora
import Curation
import Streams

/// Writes `kept/`, `removed/` and `signals/` in the documents' order. The folders are written aside:
/// they have their names only after `commit()`, and without it nothing is left behind.
final class CuratedOutput {
  private let folder: OutputFolder
  private let writesRemoved: Bool
  private var current: Input?
  private(set) var parts: [CurateRecord.Part] = []
  /// Documents of each input, in order.
  private(set) var inputDocuments: [Int] = []
  /// Kept documents whose text the edits left empty.
  private(set) var emptied = 0
  private(set) var sources: [String: DatasetAmount] = [:]

  /// What is open for the input that is being read.
  private struct Input {
    var number: Int
    var kept: DocumentOutput
    var removed: DocumentOutput?
    var partCount = 0
    var rows = ColumnTable()
  }

  /// Documents of one part: as many as are decided on together.
  static let partDocuments = 32_768

  init(_ folder: OutputFolder, writesRemoved: Bool) {
    self.folder = folder
    self.writesRemoved = writesRemoved
  }

  /// Appends what was made of a batch of input `number`; inputs come in order.
  func append(_ result: CurateWorker.Result, of number: Int) throws {
    if current?.number != number { try open(number) }
    guard var input = current else { return }
    for piece in result.kept { try input.kept.append(piece) }
    for piece in result.removed { try input.removed?.append(piece) }
    sources.merge(result.keptSources, uniquingKeysWith: +)
    inputDocuments[number] += result.columns.count
    emptied += result.emptied
    current = nil
    try input.rows.append(result.columns)
    if input.rows.count >= Self.partDocuments { try writePart(&input) }
    current = input
  }

  private func writePart(_ input: inout Input) throws {
    guard input.rows.count > 0 else { return }
    let name = CuratedFolder.part(input.partCount, of: input.number)
    try ColumnFile.write(input.rows, to: aside(CuratedFolder.signals) + "/" + name)
    parts.append(.init(name: name, documents: input.rows.count))
    input.partCount += 1
    input.rows = ColumnTable()
  }

  private func open(_ number: Int) throws {
    try close()
    while inputDocuments.count <= number { inputDocuments.append(0) }
    let name = CuratedFolder.documents(of: number)
    current = Input(
      number: number, kept: try DocumentOutput(aside(CuratedFolder.kept) + "/" + name),
      removed: writesRemoved
        ? try DocumentOutput(aside(CuratedFolder.removed) + "/" + name) : nil)
  }

  private func close() throws {
    guard var input = current else { return }
    current = nil
    try writePart(&input)
    try input.kept.commit()
    try input.removed?.commit()
  }

  /// Completes the last input and gives the folders their names, in place of what was there.
  func commit() throws {
    try close()
    for name in CuratedFolder.names { try Folder.remove(folder.file(name)) }
    for name in Self.written where Folder.isFolder(aside(name)) {
      try Folder.replace(folder.file(name), with: aside(name))
    }
  }

  private static let written = [CuratedFolder.kept, CuratedFolder.removed, CuratedFolder.signals]

  private func aside(_ name: String) -> String { folder.file(name) + ".part" }

  deinit {
    current = nil
    for name in Self.written { try? Folder.remove(aside(name)) }
  }
}
