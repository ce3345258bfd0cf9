import Corpora
import Runs
import Streams

/// Documents and their bytes of text.
struct DatasetAmount: Codable, Equatable, Sendable {
  var documents = 0
  var textBytes = 0

  mutating func add(textBytes: Int) {
    documents += 1
    self.textBytes += textBytes
  }

  static func + (a: Self, b: Self) -> Self {
    DatasetAmount(documents: a.documents + b.documents, textBytes: a.textBytes + b.textBytes)
  }
}

extension [String: DocumentFates] {
  /// What stays, by source; sources of which nothing does are left out.
  var kept: [String: DatasetAmount] {
    filter { $0.value.kept > 0 }
      .mapValues { DatasetAmount(documents: $0.kept, textBytes: $0.keptBytes) }
  }
}

extension DatasetCard {
  /// The card of what a step leaves in `kept/` of a folder.
  /// - Parameters:
  ///   - sources: what stays, by source.
  ///   - removed: how many documents do not.
  ///   - settings: of the step.
  init(
    keptIn folder: OutputFolder, by step: String, sources: [String: DatasetAmount], removed: Int,
    settings: [Setting] = []
  ) throws {
    self.init(
      title: Folder.name(of: folder.output),
      documents: sources.values.reduce(0) { $0 + $1.documents },
      textBytes: sources.values.reduce(0) { $0 + $1.textBytes })
    self.sources = sources.sorted { $0.key < $1.key }.map { name, amount in
      Source(
        name: name.isEmpty ? "(none)" : name, license: "unknown", origin: "",
        documents: amount.documents, textBytes: amount.textBytes)
    }
    let names = (try? Folder.names(in: folder.file("kept"))) ?? []
    files = try names.map { name in
      let path = folder.file("kept/" + name)
      return File(
        path: "kept/" + name, byteCount: Folder.byteCount(of: path) ?? 0,
        sha256: try SHA256.hex(file: path))
    }
    removals = [Removal(stage: step, documents: removed)]
    self.settings = settings
    program = "midstream \(Midstream.version)"
  }
}
