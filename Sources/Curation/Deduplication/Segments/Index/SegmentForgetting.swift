import Corpora
import Runs
import Streams

/// Takes documents out of an index of parts: removal requests.
///
/// Of each, its id and the hashes of its parts are left out of files that are written anew. A part
/// that another document of the index has too is still known. What was cut out of other documents
/// because one of these had it is not in the index and does not come back.
package struct SegmentForgetting {
  package struct Outcome: Sendable {
    package var index: SegmentIndex
    /// Documents that were forgotten; an id may have had several.
    package var forgotten = 0
    /// Ids that no document of the index has, in the order given.
    package var unknown: [String] = []
  }

  private let index: SegmentIndex
  private let folder: IndexFolder
  private let memory: Int

  /// - Parameter memory: bytes.
  package init(_ index: SegmentIndex, memory: Int = 1 << 30) {
    self.index = index
    folder = index.folder
    self.memory = memory
  }

  /// - Parameter step: called before each step, for tests of what is left where one fails.
  /// - Throws: an input fault where the index is a Bloom filter.
  package func perform(
    _ ids: [String], step: (String) throws -> Void = { _ in }
  ) throws -> Outcome {
    guard index.manifest.filter == nil else {
      throw Fault(
        .input, "the index '\(index.path)' is a Bloom filter, which cannot forget", at: index.path,
        expected: "an index of hashes: one that was made without --bloom",
        hint: "make the filter again from the documents that may stay")
    }
    let found = try find(ids)
    var outcome = Outcome(
      index: index, forgotten: found.places.reduce(0) { $0 + $1.count }, unknown: found.unknown)
    guard outcome.forgotten > 0 else { return outcome }
    var manifest = index.manifest
    manifest.revision += 1
    try step("clean")
    try folder.removeLeftOvers(index.manifest)
    var input = 0
    for update in manifest.updates.indices {
      for inner in manifest.updates[update].inputs.indices {
        if !found.places[input].isEmpty {
          try step("input")
          let left = try rewrite(
            &manifest.updates[update].inputs[inner], without: found.places[input], place: inner,
            generation: manifest.updates[update].number, revision: manifest.revision)
          manifest.updates[update].parts -= left
          manifest.updates[update].documents -= found.places[input].count
        }
        input += 1
      }
    }
    try step("manifest")
    try manifest.write(to: folder.manifest)
    try step("old files")
    try folder.removeLeftOvers(manifest)
    outcome.index = try SegmentIndex(index.path)
    return outcome
  }

  /// The places of the documents of the ids, by input, and the ids that there are none of.
  private func find(_ ids: [String]) throws -> (places: [Set<Int>], unknown: [String]) {
    var isFound: [[UInt8]: Bool] = [:]
    for id in ids where !id.isEmpty { isFound[Array(id.utf8)] = false }
    let places = try index.manifest.inputs.map { input in
      var hits: Set<Int> = []
      var first = 0
      for file in input.ids {
        try Interruption.check()
        let column = try IdentifierFile.Reader(folder.file(file.path)).all()
        for place in 0..<column.count {
          let id = Array(column[place])
          guard isFound[id] != nil else { continue }
          isFound[id] = true
          hits.insert(first + place)
        }
        first += column.count
      }
      return hits
    }
    var unknown: [String] = []
    for id in ids where isFound[Array(id.utf8)] == false {
      unknown.append(id)
      isFound[Array(id.utf8)] = nil
    }
    return (places, unknown)
  }

  /// Writes the files of an input anew, without some of its documents.
  /// - Returns: how many parts went.
  private func rewrite(
    _ input: inout SegmentIndexManifest.Input, without places: Set<Int>, place: Int,
    generation: Int, revision: Int
  ) throws -> Int {
    func name(_ kind: String, _ place: Int) -> String {
      IndexFolder.file(kind, place, generation: generation, revision: revision)
    }
    let partitions = SegmentDeduplication.partitions
    let reader = try PartitionedRecordsReader(
      folder.file(input.hashes.path), partitions: partitions, range: 0..<partitions)
    let hashes = name("hashes", place)
    let writer = try PartitionedRecordsWriter(
      folder.file(hashes), partitions: partitions, memory: memory / 2)
    for partition in 0..<partitions {
      try reader.forEach(partition..<partition + 1) { record in
        if places.contains(Int(record.ordinal)) { return }
        try writer.append(record, to: partition)
      }
    }
    try writer.commit()
    input.hashes = try folder.stamp(hashes)
    var first = 0
    for index in input.ids.indices {
      let ids = try IdentifierFile.Reader(folder.file(input.ids[index].path)).all()
      let own = first..<first + ids.count
      first = own.upperBound
      guard places.contains(where: own.contains) else { continue }
      var kept = ByteColumn()
      for place in 0..<ids.count {
        if places.contains(own.lowerBound + place) {
          kept.appendEmpty()
        } else {
          kept.append(ids[place])
        }
      }
      let file = name("ids", input.firstIds + index)
      try IdentifierFile.write(kept, to: folder.file(file))
      input.ids[index] = try folder.stamp(file)
    }
    return reader.count(0..<partitions) - writer.count
  }
}
