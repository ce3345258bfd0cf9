import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

/// Nothing in a Parquet file may stop the process, take much memory or go unnoticed.
@Suite struct HostileParquetTests {
  private struct Outcome {
    var fault: Fault?
    var problems = ReadingProblems()
    var texts: [String] = []
    var lostRows = 0
  }

  /// Reads to the end.
  private func read(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> Outcome {
    var outcome = Outcome()
    do {
      var options = ReadingOptions()
      options.documentLimit = limit
      let reader = try ParquetReader(bytes: bytes, name: "hostile", options: options)
      var batch = DocumentBatch()
      while try reader.fill(&batch, targetTextBytes: 1 << 20) {
        for i in 0..<batch.count where outcome.texts.count < 1000 {
          outcome.texts.append(batch.texts.string(i))
        }
      }
      outcome.problems = reader.problems
      outcome.lostRows = reader.lostRowCount
    } catch let fault as Fault {
      outcome.fault = fault
    }
    return outcome
  }

  private func text(_ values: String...) -> ByteColumn { ByteColumn(values) }

  @Test("a file cut at any byte is refused", arguments: ParquetReaderTests.goldenNames)
  func truncation(name: String) throws {
    let bytes = try InputFile.bytes(ParquetReaderTests.golden + name + ".parquet")
    for end in 0..<bytes.count {
      #expect(try read(Array(bytes[..<end])).fault?.kind == .input, "\(end)")
    }
  }

  @Test("any byte may be wrong", arguments: ParquetReaderTests.goldenNames)
  func flips(name: String) throws {
    let bytes = try InputFile.bytes(ParquetReaderTests.golden + name + ".parquet")
    for place in bytes.indices {
      var copy = bytes
      copy[place] ^= [0x01, 0x80, 0xff][place % 3]
      _ = try read(copy)
    }
  }

  @Test(
    "a damaged page loses the rest of its row group only, and says how much", arguments: [0, 1])
  func damagedPage(group: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/groups.parquet"
    let output = try OutputFile(path)
    let file = try ParquetFile(output, targetRows: 10)
    var scratch = JSONBuffer()
    var starts = [4]
    for index in 0..<3 {
      var group = ParquetRowGroup()
      var batch = DocumentBatch()
      for i in 0..<10 { batch.append(Document(id: "\(index)-\(i)", text: "text", source: "s")) }
      for i in 0..<10 { group.append(batch, i, [], &scratch) }
      try file.append(group.encode())
      starts.append(output.byteCount)
    }
    try file.commit()
    var bytes = try InputFile.bytes(path)
    bytes[starts[group + 1] - 12] ^= 0x55
    bytes[starts[group] + 30] ^= 0x55
    let outcome = try read(bytes)
    #expect(outcome.texts.count == 20 && outcome.lostRows == 10)
    let problem = try #require(outcome.problems.first.first)
    #expect(problem.kind == .damagedFile && problem.record == group * 10 + 1)
    #expect(problem.message.hasPrefix("row group \(group), column '"))
    #expect(problem.message.hasSuffix("; 10 rows are lost"))
  }

  @Test("a page that claims to be huge is refused before anything is allocated")
  func pageBombs() throws {
    for codec in [0, 1, 2, 4, 6, 7] {
      var file = SmallParquet(page: [UInt8](repeating: 7, count: 40), rows: 3)
      file.codec = codec
      file.plainByteCount = Int(Int32.max)
      let outcome = try read(file.bytes)
      #expect(outcome.texts.isEmpty && outcome.lostRows == 3)
      #expect(outcome.problems.count(.tooLarge) == 1)
      // Inside the limit, but more than so few bytes can become.
      let small = try read(file.bytes, limit: Int.max)
      #expect(small.problems.count(.damagedFile) == 1)
    }
  }

  @Test("counts, sizes and offsets that lie are problems or faults")
  func lies() throws {
    let good = SmallParquet(text: text("one", "two", "three"))
    #expect(try read(good.bytes).texts == ["one", "two", "three"])
    #expect(try read(good.bytes).problems.isEmpty)

    let faults: [(String, (inout SmallParquet) -> Void)] = [
      ("past the end", { $0.dataPageOffset = 1 << 40 }), ("negative", { $0.dataPageOffset = -4 }),
      ("negative size", { $0.chunkByteCount = -1 }), ("too long", { $0.chunkByteCount = 1 << 50 }),
      ("in front", { $0.dataPageOffset = 0 }), ("overlap", { $0.groups = 2 }),
      ("negative rows", { $0.rowCount = -1 }), ("many rows", { $0.groupRowCount = 1 << 60 }),
      ("largest", { $0.dataPageOffset = Int.max }),
      ("dictionary", { $0.dictionaryPageOffset = 1 }),
    ]
    for (name, change) in faults {
      var file = good
      change(&file)
      #expect(try read(file.bytes).fault?.kind == .input, "\(name)")
    }
    let losses: [(String, (inout SmallParquet) -> Void)] = [
      ("chunk values", { $0.chunkValueCount = 4 }), ("page values", { $0.valueCount = 4 }),
      ("no values", { $0.valueCount = 0 }), ("negative", { $0.valueCount = -1 }),
      ("stored size", { $0.storedByteCount = 1 << 20 }), ("plain size", { $0.plainByteCount = 3 }),
      ("negative size", { $0.storedByteCount = -1 }), ("encoding", { $0.encoding = 77 }),
      ("encoding of another type", { $0.encoding = 5 }), ("no dictionary", { $0.encoding = 8 }),
      ("codec", { $0.codec = 99 }), ("old LZ4", { $0.codec = 5 }), ("not snappy", { $0.codec = 1 }),
    ]
    for (name, change) in losses {
      var file = good
      change(&file)
      let outcome = try read(file.bytes)
      #expect(outcome.fault == nil && outcome.texts.isEmpty, "\(name)")
      #expect(outcome.lostRows == 3 && outcome.problems.count == 1, "\(name)")
    }
    var file = good
    file.rowCount = 7
    #expect(try read(file.bytes).texts.count == 3)
    #expect(try read(file.bytes).problems.count(.malformedRecord) == 1)
    file = good
    file.valueCount = 2
    #expect(try read(file.bytes).texts == ["one", "two"])
    #expect(try read(file.bytes).lostRows == 1)
  }

  @Test("structures inside structures, and endless lists, are refused")
  func thrift() throws {
    for byte: UInt8 in [0x1c, 0x19, 0x99, 0xfc, 0x4c, 0x2c, 0x1b, 0xff, 0x80] {
      for count in [3, 70, 100_000] {
        let footer = [UInt8](repeating: byte, count: count)
        #expect(try read(SmallParquet.file([], footer)).fault?.kind == .input)
      }
    }
  }

  @Test("millions of nulls in a few bytes are counted at once")
  func nulls() throws {
    let rows = 1 << 22
    var levels: [UInt8] = []
    levels.append(varint: UInt64(rows) << 1)
    levels.append(0)
    var page: [UInt8] = []
    page.append(littleEndian: UInt32(levels.count))
    let outcome = try read(SmallParquet(page: page + levels, rows: rows, isOptional: true).bytes)
    #expect(outcome.problems.count(.missingText) == rows)
    #expect(outcome.problems.first.count == 1)
  }

  @Test("delta values that claim more than there is are noticed")
  func deltas() throws {
    func header(_ values: UInt64...) -> [UInt8] {
      values.reduce(into: []) { $0.append(varint: $1) }
    }
    let claims = [
      header(128, 4, 1 << 31 - 1, 0) + [0, 0, 0, 0, 0], header(128, 0, 3, 0), header(0, 0, 0, 0),
      header(1 << 40, 1, 3, 0), header(128, 4, 3, 8, 0) + [64, 64, 64, 64],
      header(128, 4, 3, UInt64.max, 0) + [65, 0, 0, 0], header(128, 4), [],
    ]
    for claim in claims {
      for encoding in [6, 7] {
        let outcome = try read(SmallParquet(page: claim, rows: 3, encoding: encoding).bytes)
        #expect(outcome.texts.isEmpty && outcome.lostRows == 3)
      }
    }
    // Three values of one byte that repeat nothing.
    let prefixes = header(128, 4, 3, 0) + [0, 0, 0, 0, 0]
    let suffixes = header(128, 4, 3, 2) + [0, 0, 0, 0, 0]
    let page = prefixes + suffixes + Array("abc".utf8)
    let outcome = try read(SmallParquet(page: page, rows: 3, encoding: 7).bytes)
    #expect(outcome.texts == ["a", "b", "c"])
  }
}
