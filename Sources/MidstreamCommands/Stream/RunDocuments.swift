import Corpora
import Curation
import Runs
import Streams

/// The documents of a run that is there, looked up by id.
struct RunDocuments {
  let run: RunFolder
  /// In order.
  let tasks: [MeasuredTask]

  init(folder: String) throws {
    let columns = folder + "/columns"
    let names = try Folder.isFolder(columns) ? Folder.names(in: columns) : []
    let tasks = names.filter { $0.hasSuffix(".columns") }.map { String($0.dropLast(8)) }
    guard !tasks.isEmpty else {
      throw Fault(
        .input, "there is no run with documents in '\(folder)'", at: columns,
        expected: "a run's folder, as 'midstream run' makes it")
    }
    let run = try RunFolder(folder)
    self.run = run
    self.tasks = tasks.map {
      MeasuredTask(name: $0, source: "", license: "", rawFileCount: 0, rawByteCount: 0, run: run)
    }
  }

  /// Where the document of this id is.
  func place(of id: String) throws -> DocumentPlace {
    let wanted = Array(id.utf8)[...]
    var nearest = NearestIDs(id)
    for (index, task) in tasks.enumerated() {
      let ids = try ColumnFile.read(task.columns).bytes(StreamColumn.id)
      for document in 0..<ids.count {
        if ids[document] == wanted { return DocumentPlace(task: index, document: document) }
        nearest.offer(ids, document)
      }
    }
    let found = nearest.names
    throw Fault(
      .input, "there is no document '\(id)' in this run", at: run.path,
      hint: found.isEmpty ? nil : "did you mean '\(found.joined(separator: "', '"))'?")
  }

  /// The document itself.
  func document(at place: DocumentPlace) throws -> Document? {
    var found: Document?
    try tasks[place.task].forEachBatch { first, batch in
      if found == nil, (first..<first + batch.count).contains(place.document) {
        found = batch[place.document - first]
      }
    }
    return found
  }
}

/// The ids that the user may have meant: those that hold what was typed, else the nearest by edits.
private struct NearestIDs {
  private static let most = 3

  private let typed: String
  private let bytes: [UInt8]
  private let letters: [Int]
  private let limit: Int
  private var holding: [String] = []
  private var near: [String] = []

  init(_ id: String) {
    typed = id
    bytes = Array(id.utf8)
    letters = Self.letters(of: bytes)
    limit = max(2, id.count / 3)
  }

  mutating func offer(_ ids: ByteColumn, _ index: Int) {
    guard holding.count < Self.most else { return }
    let id = ids[index]
    if !bytes.isEmpty, id.count > bytes.count, ids.string(index).contains(typed) {
      holding.append(ids.string(index))
    } else if abs(id.count - bytes.count) <= limit {
      // An edit changes at most two letters' counts, so most ids need no exact distance.
      let difference = zip(Self.letters(of: id), letters).reduce(0) { $0 + abs($1.0 - $1.1) }
      if difference <= 2 * limit { near.append(ids.string(index)) }
    }
  }

  var names: [String] {
    if !holding.isEmpty { return holding }
    return NearestName.find(typed, in: near).map { [$0] } ?? []
  }

  private static func letters(of id: some Sequence<UInt8>) -> [Int] {
    var counts = [Int](repeating: 0, count: 256)
    for byte in id { counts[Int(byte)] += 1 }
    return counts
  }
}
