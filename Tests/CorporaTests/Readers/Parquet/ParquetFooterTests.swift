import Glibc
import Streams
import TestFolders
import Testing

@testable import Corpora

/// Footers that claim more than a file can have.
@Suite struct ParquetFooterTests {
  /// A footer with these leaves, all of them in a group where it has a name.
  private func footer(
    leaves: [String], group: String? = nil, groups: Int = 1, chunks: Int? = nil,
    chunk: (inout ThriftWriter) -> Void
  ) -> [UInt8] {
    var footer = ThriftWriter()
    let parents = group == nil ? 1 : 2
    footer.structures(2, parents + leaves.count) { writer, index in
      if index < parents {
        writer.binary(4, (index == 0 ? "schema" : group ?? "").utf8)
        writer.integer(5, index == parents - 1 ? leaves.count : 1)
      } else {
        writer.integer(1, 6)
        writer.binary(4, leaves[index - parents].utf8)
      }
    }
    footer.long(3, groups)
    footer.structures(4, groups) { writer, _ in
      writer.structures(1, chunks ?? leaves.count) { writer, _ in chunk(&writer) }
      writer.long(3, 1)
    }
    footer.stop()
    return footer.bytes
  }

  private func encrypted(_ writer: inout ThriftWriter) { writer.structure(8) { _ in } }

  private func found(_ footer: [UInt8]) throws -> String? {
    let fault = #expect(throws: Fault.self) {
      try ParquetReader(bytes: SmallParquet.file([], footer), name: "f")
    }
    return fault?.found
  }

  @Test("chunks outside the file have no bytes of it, whatever they claim", arguments: [0, 1])
  func claimsOfAbsentChunks(kind: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/f.parquet"
    let footer = footer(leaves: ["text", "b", "c"]) { writer in
      if kind == 0 { writer.binary(1, "other.parquet".utf8) }
      writer.structure(3) {
        $0.integer(1, 6)
        $0.long(5, 1)
        $0.long(7, .max)
        $0.long(9, .max)
      }
      if kind == 1 { encrypted(&writer) }
    }
    let file = try OutputFile(path)
    try file.write(SmallParquet.file([], footer))
    try file.commit()
    #expect(try ParquetReader.rowGroupByteCounts(of: path) == [0])
    let reader = try ParquetReader(path)
    var batch = DocumentBatch()
    #expect(try !reader.fill(&batch, targetTextBytes: 1))
    #expect(reader.lostRowCount == 1)
  }

  @Test("names of columns have a limit, and all paths together too")
  func names() throws {
    let long = String(repeating: "n", count: 1 << 16)
    let one = try found(footer(leaves: ["text", long + "n"], chunk: encrypted))
    #expect(one == "a column's name has 65537 bytes")
    let many = footer(leaves: (0..<2000).map { "\($0)" }, group: long, chunk: encrypted)
    #expect(try found(many) == "the names of the columns take too much memory")
    let dots = String(repeating: ".", count: 1 << 16)
    let fine = footer(leaves: ["text", dots], chunk: encrypted)
    #expect(try ParquetReader(bytes: SmallParquet.file([], fine), name: "f").rowGroupCount == 1)
  }

  @Test("a row group with more chunks than columns is refused while it is read")
  func chunks() throws {
    let many = footer(leaves: ["text"], chunks: 100_000, chunk: encrypted)
    #expect(try found(many) == "row group 0 has more than 1 columns, the schema has 1")
    let few = footer(leaves: ["text", "b"], chunks: 1, chunk: encrypted)
    #expect(
      try found(few) == "row group 0 has 1 columns and 1 rows, the schema has 2 columns")
    let groups = footer(leaves: ["text", "b"], groups: 50, chunk: encrypted)
    func read(_ chunkLimit: Int) throws -> Int {
      try groups.withUnsafeBytes {
        try ParquetMetadata(footer: $0, chunkLimit: chunkLimit).rowGroups.count
      }
    }
    #expect(try read(100) == 50)
    #expect(throws: ParquetDamage.self) { try read(99) }
  }

  @Test("row groups may come before the schema")
  func order() throws {
    // Field 4, a list of one struct, then back to field 2 with an id of its own.
    var groups = ThriftWriter()
    groups.structures(4, 1) { writer, _ in
      writer.structures(1, 1) { writer, _ in encrypted(&writer) }
      writer.long(3, 1)
    }
    var schema = ThriftWriter()
    schema.structures(2, 2) { writer, index in
      if index == 1 { writer.integer(1, 6) }
      writer.binary(4, (index == 0 ? "schema" : "text").utf8)
      if index == 0 { writer.integer(5, 1) }
    }
    schema.long(3, 1)
    schema.stop()
    // The id of field 2 as a number of its own: a delta of 0, then 2 in zigzag.
    let bytes = groups.bytes + [schema.bytes[0] & 15, 4] + schema.bytes[1...]
    let reader = try ParquetReader(bytes: SmallParquet.file([], bytes), name: "f")
    #expect(reader.rowGroupCount == 1)
  }

  @Test("a footer of hundreds of megabytes is refused unread")
  func size() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/f.parquet"
    let count = 300 << 20
    let file = try OutputFile(path)
    try file.write(Array("PAR1".utf8))
    try file.commit()
    #expect(truncate(path, off_t(count)) == 0)
    let handle = try #require(fopen(path, "a"))
    var tail: [UInt8] = []
    tail.append(littleEndian: UInt32(count - 4))
    tail += Array("PAR1".utf8)
    #expect(fwrite(tail, 1, tail.count, handle) == tail.count)
    fclose(handle)
    let fault = #expect(throws: Fault.self) { try ParquetReader(path) }
    #expect(fault?.found?.hasPrefix("the footer claims \(count - 4) of the file's ") == true)
  }
}
