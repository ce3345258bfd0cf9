import Corpora
import Glibc
import Streams

/// Writes what stays and what goes, one file an input (`kept/00000.jsonl.zst`,
/// `removed/00000.jsonl.zst`), and a card of what stays. Inputs come in order. The folders are written
/// aside: they have their names only after `commit()`, and without it nothing is left behind.
final class KeptAndRemoved {
  static let names = ["kept", "removed"]
  private static let removedBy = "removed_by"

  private(set) var keptCount = 0
  private(set) var removedCount = 0
  private let folder: OutputFolder
  private let writesRemoved: Bool
  private let step: String
  private let settings: [DatasetCard.Setting]
  /// Of the documents that stay, by source.
  private var sources: [String: DatasetAmount] = [:]
  private var current: (file: Int, kept: DocumentWriter, removed: DocumentWriter?)?

  /// - Parameters:
  ///   - step: what is done, for the card.
  ///   - settings: of the step, likewise.
  ///   - writesRemoved: whether removed documents are written at all.
  init(
    _ folder: OutputFolder, step: String, settings: [DatasetCard.Setting] = [],
    writesRemoved: Bool = true
  ) {
    self.folder = folder
    self.step = step
    self.settings = settings
    self.writesRemoved = writesRemoved
  }

  /// - Parameters:
  ///   - attributes: the columns of the batch to write.
  ///   - reasons: why a document goes; empty where it stays.
  func write(
    _ batch: DocumentBatch, of file: Int, attributes: [String] = [], reasons: [String]
  ) throws {
    if current?.file != file { try open(file) }
    guard let (_, kept, removed) = current else { return }
    try kept.write(batch, attributes: attributes) { reasons[$0].isEmpty }
    let dropped = reasons.lazy.filter { !$0.isEmpty }.count
    for index in 0..<batch.count where reasons[index].isEmpty {
      let source = batch.sources.string(index)
      sources[source, default: DatasetAmount()].add(textBytes: batch.texts.byteCount(index))
    }
    keptCount += batch.count - dropped
    removedCount += dropped
    guard let removed, dropped > 0 else { return }
    var batch = batch
    batch.attributes.set(Self.removedBy, .bytes(ByteColumn(reasons)))
    try removed.write(batch, attributes: [Self.removedBy] + attributes) { !reasons[$0].isEmpty }
  }

  /// Completes the last file and gives the folders their names, in place of what was there.
  func commit() throws {
    try closeFile()
    for name in Self.names {
      let path = folder.file(name)
      try Folder.remove(path)
      guard Folder.isFolder(Self.aside(path)) else { continue }
      guard rename(Self.aside(path), path) == 0 else { throw Fault.system("write", path) }
    }
    try DatasetCard(
      keptIn: folder, by: step, sources: sources, removed: removedCount, settings: settings
    ).write(besides: folder.output)
  }

  deinit {
    current = nil
    for name in Self.names { try? Folder.remove(Self.aside(folder.file(name))) }
  }

  private static func aside(_ path: String) -> String { path + ".part" }

  private func closeFile() throws {
    try current?.kept.commit()
    try current?.removed?.commit()
    current = nil
  }

  private func open(_ file: Int) throws {
    try closeFile()
    let name = zeroPadded(file) + ".jsonl.zst"
    func writer(_ part: String) throws -> DocumentWriter {
      try DocumentWriter(Self.aside(folder.file(part)) + "/" + name)
    }
    current = (file, try writer("kept"), writesRemoved ? try writer("removed") : nil)
  }
}
