import Runs
import Streams

/// What lies in a run's folder, by part.
struct SampleDisk {
  struct Part {
    var name: String
    var bytes: Int
    /// Whether it grows with the corpus.
    var grows: Bool
  }

  let parts: [Part]

  private static let growing = [
    "documents", "columns", "problems", "decisions", "streams", "clusters.columns", "kept",
    "removed", "held-out", "shards",
  ]

  init(_ run: RunFolder) throws {
    func bytes(_ name: String) throws -> Int {
      let path = run.file(name)
      guard Folder.isFolder(path) else { return Folder.byteCount(of: path) ?? 0 }
      return try Folder.files(under: path).reduce(0) {
        $0 + (Folder.byteCount(of: path + "/" + $1) ?? 0)
      }
    }
    let names = try Folder.names(in: run.path)
    let corpus = try bytes("corpus")
    let growing = try Self.growing.filter { names.contains($0) }.map { ($0, try bytes($0)) }
    let rest = try names.filter { $0 != "corpus" && !Self.growing.contains($0) }.reduce(0) {
      try $0 + bytes($1)
    }
    parts =
      [Part(name: "corpus", bytes: corpus, grows: false)]
      + growing.map { Part(name: $0.0, bytes: $0.1, grows: true) }
      + [Part(name: "tokenizer, records and report", bytes: rest, grows: false)]
  }
}
