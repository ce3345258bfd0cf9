import Foundation
import Runs
import Streams
import TestFolders
import Testing

@testable import Corpora

@Suite struct ParquetWriterTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Documents drawn from a seed, with everything that a column can have.
  static func documents(_ count: Int, seed: UInt64) -> DocumentBatch {
    var random = SplitMix(state: seed)
    let pieces = [
      "a", "word ", "\n", "é", "😀", "\"", "\\", "\t", String(repeating: "long ", count: 99),
    ]
    func text(_ most: Int) -> String {
      (0..<1 + random.next(most)).map { _ in pieces[random.next(pieces.count)] }.joined()
    }
    var batch = DocumentBatch()
    for i in 0..<count {
      let id = random.next(20) == 0 ? text(40) : "doc-\(seed)-\(i)"
      let long = random.next(200) == 0 ? String(repeating: text(9), count: 30_000) : text(60)
      let metadata = random.next(3) == 0 ? "{\"k\": [\(i), \"\u{e9}\"]}" : ""
      let carried = random.next(4) == 0 ? "\"quality\":0.25,\"tags\":[1,2]" : ""
      let others = random.next(2) == 0 ? "\"n\":\(i),\"t\":\"x\\ny\"" : ""
      let url = random.next(2) == 0 ? "https://x.test/\(i)" : ""
      let source = random.next(9) == 0 ? "" : "source \(random.next(5))"
      append(
        to: &batch, [id, long, source, url, metadata, carried, others].map { Array($0.utf8) })
    }
    return batch
  }

  static func append(to batch: inout DocumentBatch, _ values: [[UInt8]]) {
    values[0].withUnsafeBytes { id in
      values[1].withUnsafeBytes { text in
        values[2].withUnsafeBytes { source in
          values[3].withUnsafeBytes { url in
            values[4].withUnsafeBytes { metadata in
              values[5].withUnsafeBytes { carried in
                values[6].withUnsafeBytes { others in
                  batch.append(
                    id: id, text: text, source: source, url: url, metadata: metadata,
                    carriedAttributes: carried, otherFields: others)
                }
              }
            }
          }
        }
      }
    }
  }

  struct SplitMix {
    var state: UInt64
    mutating func next(_ limit: Int) -> Int {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return Int((z ^ z >> 31) % UInt64(limit))
    }
  }

  /// Everything that a file has, in one batch.
  private func read(_ path: String) throws -> DocumentBatch {
    let reader = try ParquetReader(path)
    var (all, batch) = (DocumentBatch(), DocumentBatch())
    while try reader.fill(&batch, targetTextBytes: 100_000) {
      for i in 0..<batch.count {
        Self.append(
          to: &all,
          [
            batch.ids[i], batch.texts[i], batch.sources[i], batch.urls[i], batch.metadata[i],
            batch.carriedAttributes[i], batch.otherFields[i],
          ].map { Array($0) })
      }
    }
    #expect(reader.problems.isEmpty, "\(reader.problems)")
    return all
  }

  @Test("what is written is read back equal", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    let batch = Self.documents(700, seed: seed)
    let path = folder.path + "/sub/out.parquet"
    let writer = try DocumentWriter(path)
    try writer.write(batch)
    #expect(!Folder.exists(path))
    try writer.commit()
    #expect(writer.documentCount == 700)
    #expect(try read(path) == batch)
    let footer = try ParquetMetadata(RandomAccessBytes(path: path), name: path)
    #expect(footer.createdBy == "midstream version \(Program.version)")
  }

  @Test(
    "metadata of any kind is read back byte for byte",
    arguments: ["null", "[1,2]", "\"text\"", "\"1\"", "12.50", "true", "{ \"a\" : 1.0 }", ""])
  func metadata(value: String) throws {
    let member = value.isEmpty ? "" : ",\"metadata\":\(value)"
    let line = "{\"id\":\"1\",\"text\":\"t\",\"source\":\"s\"\(member)}\n"
    let names = ["in.jsonl", "a.parquet", "b.parquet", "out.jsonl"].map { folder.path + "/" + $0 }
    let file = try OutputFile(names[0])
    try file.write(Array(line.utf8))
    try file.commit()
    for (from, to) in zip(names, names.dropFirst()) {
      let reader = try DocumentFile.open(from)
      var batch = DocumentBatch()
      #expect(try reader.fill(&batch, targetTextBytes: 1))
      #expect(reader.problems.isEmpty)
      let writer = try DocumentWriter(to)
      try writer.write(batch)
      try writer.commit()
    }
    #expect(String(decoding: try InputFile.bytes(names[3]), as: UTF8.self) == line)
  }

  @Test("the bytes do not depend on the batches")
  func determinism() throws {
    let batch = Self.documents(500, seed: 9)
    let (whole, pieces) = (folder.path + "/whole.parquet", folder.path + "/pieces.parquet")
    let first = try DocumentWriter(whole)
    try first.write(batch)
    try first.commit()
    let second = try DocumentWriter(pieces)
    for start in stride(from: 0, to: 500, by: 7) {
      try second.write(batch) { start..<start + 7 ~= $0 }
    }
    try second.commit()
    #expect(try InputFile.bytes(whole) == InputFile.bytes(pieces))
  }

  @Test("a row group ends at its number of documents, and groups are read apart")
  func rowGroups() throws {
    var batch = DocumentBatch()
    let count = ParquetRowGroup.targetRows + 5
    for i in 0..<count { batch.append(Document(id: "\(i)", text: "t\(i)", source: "s")) }
    let path = folder.path + "/groups.parquet"
    let writer = try DocumentWriter(path)
    try writer.write(batch)
    try writer.commit()
    #expect(try ParquetReader.rowGroupByteCounts(of: path).count == 2)
    #expect(try read(path) == batch)
    let second = try ParquetReader(path, rowGroups: 1..<2)
    var tail = DocumentBatch()
    #expect(try second.fill(&tail, targetTextBytes: 1 << 20))
    #expect(tail.count == 5 && tail[0].id == "\(ParquetRowGroup.targetRows)")
    for limit in [0, 7, ParquetRowGroup.targetRows, count - 2, count + 1] {
      let start = try ParquetReader(
        RandomAccessBytes(path: path), name: "f", options: ReadingOptions(), rowLimit: limit)
      var rows = 0
      while try start.fill(&tail, targetTextBytes: 1 << 20) { rows += tail.count }
      #expect(rows == min(limit, count) && start.problems.isEmpty)
    }
  }

  @Test("pieces that were encoded apart are read back in order, and make whole row groups")
  func encodedApart() throws {
    let batch = Self.documents(300, seed: 4)
    var scratch = JSONBuffer()
    var groups = [ParquetRowGroup(), ParquetRowGroup()]
    for i in 0..<300 { groups[i / 150].append(batch, i, [], &scratch) }
    let path = folder.path + "/apart.parquet"
    let file = try ParquetFile(OutputFile(path))
    let encoded = try groups.reversed().map { try $0.encode() }
    for group in encoded.reversed() { try file.append(group) }
    try file.commit()
    #expect(try read(path) == batch)
    #expect(try ParquetReader.rowGroupByteCounts(of: path).count == 1)
  }

  @Test("a document writer makes the same file where its name ends in .parquet")
  func documentWriter() throws {
    let batch = Self.documents(300, seed: 5)
    let (own, general) = (folder.path + "/own.parquet", folder.path + "/general.parquet")
    let writer = try DocumentWriter(own, level: 1)
    try writer.write(batch)
    try writer.commit()
    let documents = try DocumentWriter(general, level: 1)
    try documents.write(batch)
    try documents.commit()
    #expect(try InputFile.bytes(own) == InputFile.bytes(general))
    let reader = try DocumentFile.open(general)
    var back = DocumentBatch()
    #expect(try reader.fill(&back, targetTextBytes: 1 << 30) && back == batch)
  }

  @Test("a file without documents is a file, and attributes come with those carried along")
  func attributes() throws {
    let empty = folder.path + "/empty.parquet"
    try DocumentWriter(empty).commit()
    #expect(try read(empty).isEmpty)

    var batch = DocumentBatch()
    Self.append(
      to: &batch, ["i", "t", "s", "", "", "\"old\":1,\"score\":2", ""].map { Array($0.utf8) })
    batch.attributes.set("score", .float32([0.5]))
    let path = folder.path + "/attributes.parquet"
    let writer = try DocumentWriter(path)
    try writer.write(batch, attributes: ["score"])
    #expect(throws: Fault.self) { try writer.write(batch, attributes: ["none"]) }
    try writer.commit()
    #expect(try read(path).carriedAttributes.string(0) == "\"old\":1,\"score\":0.5")
  }
}
