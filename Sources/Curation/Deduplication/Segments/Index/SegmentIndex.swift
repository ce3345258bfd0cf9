import Runs
import Streams

/// What was seen of parts of documents by earlier searches: the hashes of all parts with the ids of
/// their documents, or a Bloom filter. New documents are compared with it, and added, without the old
/// texts.
///
/// Old documents come before new ones, so what is cut out of new ones is what would be cut out of them
/// with all documents at once. What stayed of old ones stays. A filter forgets nothing, so removal
/// requests need an index of hashes (``SegmentForgetting``).
package struct SegmentIndex: Sendable {
  package let path: String
  package let manifest: SegmentIndexManifest
  let folder: IndexFolder
  private let files: [FileStamp]

  package static func exists(_ path: String) -> Bool {
    Folder.exists(IndexFolder(path: path).manifest)
  }

  /// Whether the index in a folder is one of parts, whole or not.
  package static func holdsParts(_ path: String) -> Bool {
    struct Head: Decodable { var holds: String }
    let head = try? RecordFile.read(Head.self, from: IndexFolder(path: path).manifest)
    return head?.holds == SegmentIndexManifest.holds
  }

  /// - Throws: an input fault where a new index would come to lie among other files.
  package static func checkFitForNew(_ path: String) throws {
    try IndexFolder(path: path).checkFitForNew()
  }

  /// Opens an index and looks that all its files are there in full length.
  /// - Throws: an input fault where it is of another version or kind, cut short or changed.
  package init(_ path: String) throws {
    self.path = path
    folder = IndexFolder(path: path)
    manifest = try SegmentIndexManifest.read(folder.manifest)
    files = manifest.all
    guard manifest.isPlausible else {
      throw Fault(
        .input, "the deduplication index '\(path)' is damaged", at: folder.manifest,
        found: "numbers that no index has",
        hint: "restore it from a copy, or make it again from the documents")
    }
    for stamp in files {
      let found = Folder.byteCount(of: folder.file(stamp.path))
      guard found == stamp.bytes else {
        throw damaged(
          stamp, found: found.map { "\($0) bytes" } ?? "no such file",
          expected: "\(stamp.bytes) bytes")
      }
    }
  }

  private func damaged(_ stamp: FileStamp, found: String, expected: String) -> Fault {
    Fault(
      .input, "the deduplication index '\(path)' is damaged", at: folder.file(stamp.path),
      found: found, expected: expected,
      hint: "restore it from a copy, or make it again from the documents")
  }

  /// How many files `check` reads.
  package var checkedCount: Int { files.count }

  /// Reads a file whole and compares its digest.
  package func check(_ index: Int) throws {
    let stamp = files[index]
    let found = try folder.stamp(stamp.path)
    guard found == stamp else {
      throw damaged(stamp, found: "bytes of the digest \(found.digest)", expected: stamp.digest)
    }
  }

  /// - Throws: an input fault where the index was made of other parts, or in the other way.
  package func check(_ rule: SegmentRule, isFilter: Bool) throws {
    func differs(_ found: String, _ expected: String) -> Fault {
      Fault(
        .input, "the deduplication index '\(path)' was made with other settings", at: path,
        found: found, expected: expected,
        hint: "give the settings of the index, or make another one: --index DIR --update")
    }
    guard manifest.key == rule.keyDigest else {
      throw differs("it holds \(manifest.rule)", rule.described)
    }
    guard (manifest.filter != nil) == isFilter else {
      throw isFilter
        ? differs("it holds hashes", "a Bloom filter, for --bloom")
        : differs("it holds a Bloom filter", "hashes; with --bloom it can be used")
    }
  }

  /// Whether this update was added already.
  package func holds(update: String) -> Bool { manifest.updates.contains { $0.update == update } }

  package var documentCount: Int { manifest.updates.reduce(0) { $0 + $1.documents } }
  package var partCount: Int { manifest.updates.reduce(0) { $0 + $1.parts } }

  /// The hashes of each input's parts, in the order in which they were added.
  package var hashFiles: [String] { manifest.inputs.map { folder.file($0.hashes.path) } }

  /// What its filter was made for; nil where the index keeps hashes.
  package var bloomSettings: SegmentDeduplication.BloomSettings? {
    guard let expected = manifest.expected, let rate = manifest.falsePositives else { return nil }
    return .init(expected: expected, falsePositives: rate)
  }

  /// The filter; nil where the index keeps hashes.
  /// - Throws: an input fault where it does not fit into the memory.
  package func filter(_ rule: SegmentRule, memory: Int) throws -> BloomFilter? {
    try manifest.filter.map { stamp in
      guard stamp.bytes <= memory else {
        throw Fault(
          .input, "the Bloom filter of '\(path)' does not fit into the memory",
          found: "\(stamp.bytes / 1_000_000) MB", expected: "at most \(memory / 1_000_000) MB",
          hint: "give more --memory")
      }
      return try BloomFilter(reading: folder.file(stamp.path), rule: rule)
    }
  }

  /// Removes files that a change left which was stopped; for whoever may write the index.
  package func removeLeftOvers() throws { try folder.removeLeftOvers(manifest) }
}

/// Adds what a search has seen to an index, or makes one of it.
package struct SegmentIndexUpdate {
  /// The documents of one input.
  package struct Input: Sendable {
    package var documents: Int
    package var parts: Int
    package var hashes: String
    package var ids: [String]

    package init(documents: Int, parts: Int, hashes: String, ids: [String]) {
      self.documents = documents
      self.parts = parts
      self.hashes = hashes
      self.ids = ids
    }
  }

  /// What is added.
  package enum Content: Sendable {
    case hashes([Input])
    /// The filter in this file, which has what the index had too, and what it was made for.
    case filter(String, SegmentDeduplication.BloomSettings, documents: Int, newParts: Int)
  }

  private let folder: IndexFolder
  private let manifest: SegmentIndexManifest
  private let name: String

  /// - Parameters:
  ///   - index: nil for a new one.
  ///   - name: of the update: the same one is not added twice.
  package init(_ path: String, index: SegmentIndex?, rule: SegmentRule, name: String) throws {
    folder = IndexFolder(path: path)
    manifest = index?.manifest ?? SegmentIndexManifest(rule: rule)
    self.name = name
    if index == nil { try folder.checkFitForNew() }
  }

  /// - Parameter step: called before each step, for tests of what is left where one fails.
  package func commit(
    _ content: Content, step: (String) throws -> Void = { _ in }
  ) throws -> SegmentIndex {
    var manifest = manifest
    manifest.revision += 1
    let (number, revision) = ((manifest.updates.last?.number ?? 0) + 1, manifest.revision)
    try step("clean")
    try folder.removeLeftOvers(manifest)
    func take(_ source: String, _ kind: String, _ place: Int) throws -> FileStamp {
      try step(kind)
      return try folder.take(
        source, as: IndexFolder.file(kind, place, generation: number, revision: revision))
    }
    var update = SegmentIndexManifest.Update(
      number: number, update: name, documents: 0, parts: 0)
    switch content {
    case .hashes(let inputs):
      var files = 0
      for (place, input) in inputs.enumerated() {
        let hashes = try take(input.hashes, "hashes", place)
        let ids = try input.ids.enumerated().map { try take($1, "ids", files + $0) }
        update.inputs.append(
          .init(hashes: hashes, ids: ids, firstIds: files))
        files += ids.count
        update.documents += input.documents
        update.parts += input.parts
      }
    case .filter(let path, let settings, let documents, let newParts):
      manifest.filter = try take(path, "filter", 0)
      (manifest.expected, manifest.falsePositives) = (settings.expected, settings.falsePositives)
      (update.documents, update.parts) = (documents, newParts)
    }
    manifest.updates.append(update)
    try step("manifest")
    try manifest.write(to: folder.manifest)
    try step("old files")
    try folder.removeLeftOvers(manifest)
    return try SegmentIndex(folder.path)
  }
}
