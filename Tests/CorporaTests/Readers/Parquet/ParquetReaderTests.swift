import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

/// Small files that pyarrow wrote (`tools/parquet/make_golden_files.py`), and what must be said about
/// rows that are no documents.
@Suite struct ParquetReaderTests {
  static let golden =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/Golden/parquet/"

  static let goldenNames = [
    "int96-snappy", "delta-v2-zstd", "plain-gzip", "plain-brotli", "plain-lz4", "plain-none",
    "types",
  ]

  private func read(
    _ name: String, _ options: ReadingOptions = ReadingOptions()
  ) throws -> (DocumentBatch, ParquetReader) {
    let reader = try ParquetReader(Self.golden + name + ".parquet", name: name, options: options)
    var batch = DocumentBatch()
    #expect(try reader.fill(&batch, targetTextBytes: 1 << 20))
    return (batch, reader)
  }

  @Test("each codec, encoding and page version gives the texts", arguments: goldenNames.dropLast())
  func texts(name: String) throws {
    let (batch, reader) = try read(name)
    #expect(batch.count == 12 && reader.documentCount == 12)
    #expect(reader.problems.isEmpty || name == "int96-snappy")
    for i in 0..<batch.count {
      #expect(batch[i].id == "\(i)")
      #expect(batch[i].text == "text \(i) é\n\"")
      #expect(batch[i].url == (i % 2 == 0 ? "u\(i)" : nil))
    }
  }

  @Test(
    "other columns become JSON members; metadata stays JSON, on one line; lists are passed over")
  func columns() throws {
    let (batch, reader) = try read("int96-snappy")
    let when = "\"when\":\"2024-02-29T12:34:56.789000000\""
    #expect(batch.otherFields.string(2) == "\(when),\"score\":0.5,\"info.a\":2")
    #expect(batch.otherFields.string(3) == "\(when),\"info.a\":3")
    #expect(batch.metadata.string(0) == "{ \"k\" : 1}")
    #expect(batch.metadata.string(1) == "")
    #expect(reader.problems.passedOver == ["nested column tags": 1])
    #expect(reader.problems.count == 0)
  }

  @Test("each logical type has its text")
  func types() throws {
    let (batch, _) = try read("types")
    #expect(
      batch.otherFields.string(0) == """
        "half":-1.5,"day":"1969-12-31","clock":"01:02:03.456000",\
        "nanos":"1969-12-31T23:59:59.999999999Z",\
        "big":-12345678901234567890123456789012345.678,"small":-0.05,"raw":"00ff",\
        "json":{"a":[1, 2]},"key":"12345678-9abc-def0-1234-56789abcdef0",\
        "u64":18446744073709551615,"yes":true
        """)
    #expect(
      batch.otherFields.string(1) == """
        "half":null,"day":"2024-02-29","clock":"23:59:59",\
        "nanos":"2024-02-29T12:34:56.000000001Z","small":12.30,"raw":"","json":"no json","u64":0
        """)
    #expect(batch.ids.string(1) == "types:2")
  }

  @Test("fields are taken by their names, also inside a struct; the rest can be left out")
  func fields() throws {
    var options = ReadingOptions()
    options.fields.text = "url"
    options.fields.id = "info.a"
    options.fields.metadata = "none"
    options.defaultSource = "ours"
    let (batch, reader) = try read("int96-snappy", options)
    #expect(batch.count == 6 && batch[1].id == "2" && batch[1].text == "u2")
    #expect(batch[1].source == "ours" && batch[1].metadata.isEmpty)
    #expect(batch.otherFields.string(0).hasPrefix("\"input_id\":0,\"input_text\":\"text 0"))
    #expect(batch.otherFields.string(0).hasSuffix("\"input_metadata\":\"{ \\\"k\\\" :\\n1}\""))
    #expect(reader.problems.count(.missingText) == 6)
    #expect(reader.problems.first.first?.record == 2)
    options.readsOtherFields = false
    let (bare, quiet) = try read("int96-snappy", options)
    #expect(bare.otherFields.bytes.isEmpty && bare.texts == batch.texts)
    #expect(quiet.problems.passedOver.isEmpty)
  }

  @Test("a column that is missing, or no text, is said with the columns that there are")
  func wrongColumns() throws {
    for (text, found) in [("content", "id, text, url"), ("id", "int64")] {
      var options = ReadingOptions()
      options.fields.text = text
      let path = Self.golden + "plain-none.parquet"
      let fault = #expect(throws: Fault.self) { try ParquetReader(path, options: options) }
      #expect(fault?.kind == .input && fault?.found == found)
    }
  }

  @Test("rows without text, with an empty one, or with one that is not UTF-8, are counted")
  func refusedRows() throws {
    var column = ByteColumn()
    for text in [Array("good".utf8), [], [0x66, 0xff], Array("nul\0".utf8), Array("last".utf8)] {
      column.append(text)
    }
    let file = SmallParquet(text: column)
    let reader = try ParquetReader(bytes: file.bytes, name: "small")
    var batch = DocumentBatch()
    #expect(try reader.fill(&batch, targetTextBytes: 1 << 20))
    #expect((0..<batch.count).map { batch[$0].id } == ["small:1", "small:4", "small:5"])
    #expect(
      reader.problems.first.map(\.description) == [
        "small:2: the text of a document is empty", "small:3: the text is not UTF-8",
        "small:4: the text has a NUL character",
      ])
    #expect(try !reader.fill(&batch, targetTextBytes: 1 << 20))
  }

  @Test("row groups are read apart, and row numbers are those of the file")
  func rowGroups() throws {
    let path = Self.golden + "int96-snappy.parquet"
    #expect(try ParquetReader.rowGroupByteCounts(of: path).count == 3)
    var options = ReadingOptions()
    options.fields.id = "none"
    options.fields.text = "url"
    let reader = try ParquetReader(path, name: "f", options: options, rowGroups: 1..<9)
    var batch = DocumentBatch()
    #expect(try reader.fill(&batch, targetTextBytes: 1 << 20))
    #expect((0..<batch.count).map { batch[$0].id } == ["f:7", "f:9", "f:11"])
    #expect(reader.problems.first.first?.record == 6)
    #expect(reader.problems.passedOver.isEmpty)
  }

  @Test("members of archives are read, and a damaged one does not stop the archive")
  func archive() throws {
    let bytes = try InputFile.bytes(Self.golden + "plain-gzip.parquet")
    let folder = try TemporaryFolder()
    let members = [
      ("a.parquet", bytes), ("bad.parquet", Array(bytes.dropLast())), ("b.parquet", bytes),
    ]
    let tar = members.flatMap { name, bytes in
      TarBytes.header(name, size: bytes.count) + TarBytes.padded(bytes)
    }
    let path = try folder.file("files.tar", tar + [UInt8](repeating: 0, count: 1024))
    let reader = try DocumentFile.open(path, name: "files")
    var (batch, count) = (DocumentBatch(), 0)
    while try reader.fill(&batch, targetTextBytes: 1 << 20) { count += batch.count }
    #expect(count == 24)
    #expect(reader.problems.count == 1)
    #expect(reader.problems.first.first?.file == "files/bad.parquet")

    var options = ReadingOptions()
    options.documentLimit = 100
    let small = try DocumentFile.open(path, name: "files", options: options)
    #expect(try !small.fill(&batch, targetTextBytes: 1 << 20))
    #expect(small.problems.count == 3)
  }
}
