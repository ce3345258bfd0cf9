import Corpora
import Foundation
import Streams
import TestFolders
import Testing

@Suite struct CSVReaderTests {
  private func read(
    _ bytes: [UInt8], fields: DocumentFields = DocumentFields(), limit: Int = 1 << 20,
    separator: UInt8 = UInt8(ascii: ",")
  ) throws -> (documents: [Document], others: [String], reader: CSVReader) {
    var options = ReadingOptions()
    options.fields = fields
    options.defaultSource = "s"
    options.documentLimit = limit
    let reader = try CSVReader(
      BytesSource(bytes), name: "t.csv", options: options, separator: separator)
    var documents: [Document] = []
    var others: [String] = []
    var batch = DocumentBatch()
    while try reader.fill(&batch, targetTextBytes: 50) {
      documents += (0..<batch.count).map { batch[$0] }
      others += (0..<batch.count).map { batch.otherFields.string($0) }
    }
    return (documents, others, reader)
  }

  private func read(
    _ text: String, fields: DocumentFields = DocumentFields(), limit: Int = 1 << 20
  ) throws -> (documents: [Document], others: [String], reader: CSVReader) {
    try read(Array(text.utf8), fields: fields, limit: limit)
  }

  @Test("columns become fields by their names, and the others are kept as strings")
  func columns() throws {
    let (documents, others, _) = try read(
      #"score,text,id,url,source,a "b""# + "\n0.5,\"line 1\nline \"\"2\"\"\",x,http://e.org/,web,"
        + "\"tab\there\"\n,second,,,,é\n")
    #expect(
      documents == [
        Document(id: "x", text: "line 1\nline \"2\"", source: "web", url: "http://e.org/"),
        Document(id: "t.csv:2", text: "second", source: "s"),
      ])
    #expect(
      others == [
        #""score":"0.5","a \"b\"":"tab\there""#, #""score":"","a \"b\"":"é""#,
      ])
  }

  @Test("other columns can be named, and tabs separate as commas do")
  func names() throws {
    var fields = DocumentFields()
    fields.text = "content"
    fields.id = "key"
    let (documents, others, reader) = try read(
      Array("key\tcontent\ttext\n1\ta,b\tc\r\n".utf8), fields: fields,
      separator: UInt8(ascii: "\t"))
    #expect(documents == [Document(id: "1", text: "a,b", source: "s")])
    #expect(others == [#""input_text":"c""#])
    #expect(reader.header == ["key", "content", "text"])
  }

  @Test("a JSON object in metadata or attributes is taken as it is, anything else is a string")
  func objects() throws {
    let cells = [
      #"{"b" : 1.50, "a":[]}"#, "{\"a\":\n1}", "{broken}", "[1]", "", #" {"a":"x"} "#,
      #"{"a":1}{}"#,
    ]
    let rows = cells.enumerated().map {
      "t\($0),\"" + $1.replacing("\"", with: "\"\"") + "\",\"{\"\"q\"\":1, \"\"r\"\":2}\""
    }
    var batch = DocumentBatch()
    let text = "text,metadata,attributes\n" + rows.joined(separator: "\n")
    let reader = try CSVReader(BytesSource(Array(text.utf8)), name: "t")
    #expect(try reader.fill(&batch, targetTextBytes: 1 << 20))
    #expect(
      (0..<batch.count).map { batch.metadata.string($0) } == [
        cells[0], #"{"a": 1}"#, "", "", "", #"{"a":"x"}"#, "",
      ])
    #expect(
      (0..<batch.count).map { batch.otherFields.string($0) } == [
        "", "", #""metadata":"{broken}""#, #""metadata":"[1]""#, "", "",
        #""metadata":"{\"a\":1}{}""#,
      ])
    #expect(batch.carriedAttributes.string(0) == #""q":1, "r":2"#)
  }

  @Test("rows that cannot be read are reported with their number and byte, and reading goes on")
  func broken() throws {
    let rows = [
      "id,text", "1,good", "2", "3,a,b", "", "4,\"\"", "5,q\"uo\"te", "6,~", "7,nul\0",
      "8,\(String(repeating: "x", count: 300))", "9,last", "10,\"open", "11,lost",
    ]
    var bytes = Array(rows.joined(separator: "\n").utf8)
    bytes.replace([0x7e], with: [0xc3])
    let (documents, _, reader) = try read(bytes, limit: 200)
    #expect(documents.map(\.id) == ["1", "5", "7", "9"])
    #expect(documents[1].text == "q\"uo\"te")
    #expect(
      reader.problems.counts == [
        "malformedRecord": 3, "emptyDocument": 1, "invalidUTF8": 1, "nulCharacter": 1,
        "tooLarge": 1,
      ])
    #expect(reader.rowCount == 10 && reader.blankLineCount == 1 && reader.documentCount == 4)
    let ragged = reader.problems.first.filter { $0.kind == .malformedRecord }
    #expect(ragged.map(\.record) == [2, 3, 10])
    #expect(ragged.map(\.offset) == [15, 17, 360])
    #expect(ragged[0].message == "a row has 1 field, the header 2")
    #expect(ragged[2].message == "a quote is not closed: the row takes the rest of the table")
  }

  @Test("a header without the text's column is refused with the nearest name")
  func missingText() throws {
    let fault = #expect(throws: Fault.self) { try read("id,Text,score\n") }
    #expect(fault?.kind == .input)
    #expect(fault?.message == "the table has no column 'text'")
    #expect(fault?.found == "'id', 'Text', 'score'")
    #expect(fault?.hint == "did you mean 'Text'?")
    #expect(#expect(throws: Fault.self) { try read("") }?.message == "the table is empty")
    #expect(#expect(throws: Fault.self) { try read("\n\n") }?.message == "the table is empty")
    #expect(throws: Fault.self) { try read([0xff, 0xfe, 0x74, 0]) }
    #expect(throws: Fault.self) { try read("\"text") }
    #expect(throws: Fault.self) { try read(String(repeating: ",", count: 20_000)) }
  }

  @Test("a column that comes twice is numbered, and refused where it is a field of the document")
  func duplicates() throws {
    let (_, others, reader) = try read("text,a,a,a_duplicated_0,a\nt,1,2,3,4\n")
    #expect(
      reader.header == ["text", "a", "a_duplicated_1", "a_duplicated_0", "a_duplicated_2"])
    #expect(others == [#""a":"1","a_duplicated_1":"2","a_duplicated_0":"3","a_duplicated_2":"4""#])
    let fault = #expect(throws: Fault.self) { try read("text,text\na,b\n") }
    #expect(fault?.message == "two columns are named 'text'")
  }

  @Test("a stream that breaks gives the rows in front of the damage and one problem")
  func damage() throws {
    let folder = try TemporaryFolder()
    let plain = (0..<50_000).map { "\($0),some words \($0 &* 7919)\n" }.joined()
    let packed = try Array(("id,text\n" + plain).utf8).withUnsafeBytes { try Zstd.compress($0) }
    let path = try folder.file("cut.csv.zst", Array(packed.dropLast(packed.count / 2)))
    let reader = try CSVReader(InputFile.open(path), name: "cut")
    var batch = DocumentBatch()
    var count = 0
    while try reader.fill(&batch, targetTextBytes: 10_000) { count += batch.count }
    #expect(count > 0 && count < 50_000)
    #expect(reader.problems.counts == ["damagedFile": 1])
    #expect(reader.problems.first[0].record == count + 1)
  }

  @Test("Python's csv and polars read the same rows")
  func peers() throws {
    guard let python = PeerPython.find("csv", "polars") else {
      return print("skipped: no Python with polars (MIDSTREAM_TEST_PYTHON)")
    }
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.csv"
    let script = """
      import csv, json, random, sys, polars
      draw = random.Random(3)
      parts = ['a', 'word ', '"', ',', '\\n', '\\r\\n', 'é', '\\u4e2d', '\\t', '\\\\', "'", ' ', '"' * 2]
      def cell(): return 'x' + ''.join(draw.choices(parts, k=draw.randint(0, 12)))
      with open(sys.argv[1], 'w', newline='', encoding='utf-8') as f:
        w = csv.writer(f, quoting=csv.QUOTE_MINIMAL)
        w.writerow(['id', 'text', 'note'])
        for n in range(3000): w.writerow([n, cell(), cell()])
      rows = [[r['id'], r['text'], r['note']]
              for r in csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8'))]
      frame = polars.read_csv(sys.argv[1], infer_schema=False)
      assert [list(r) for r in frame.iter_rows()] == rows
      print(json.dumps(rows), end='')
      """
    let printed = try #require(PeerPython.run(python, script, [path]))
    let expected = try JSONDecoder().decode([[String]].self, from: Data(printed.utf8))
    let (documents, others, reader) = try read(InputFile.bytes(path))
    #expect(reader.problems.isEmpty)
    let rows = try zip(documents, others).map { document, others in
      let note = try JSONDecoder().decode([String: String].self, from: Data("{\(others)}".utf8))
      return [document.id, document.text, note["note"] ?? ""]
    }
    #expect(rows == expected)
  }

  @Test("lenient quotes and line ends are read as Python's csv reads them")
  func lenient() throws {
    guard let python = PeerPython.find("csv") else {
      return print("skipped: no Python (MIDSTREAM_TEST_PYTHON)")
    }
    let folder = try TemporaryFolder()
    let script = """
      import csv, json, sys
      print(json.dumps(list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))), end='')
      """
    let path = try folder.file(
      "l.csv",
      "text,b\na\"b,\"c\"d\n\"e\"\"\"f\"g,h\rold,mac\r\n \"i\",\"j\n\"\"\"\n\"\"\"k\",\"\"l")
    let printed = try #require(PeerPython.run(python, script, [path]))
    let expected = try JSONDecoder().decode([[String]].self, from: Data(printed.utf8))
    let (documents, others, _) = try read(InputFile.bytes(path))
    let rows = zip(documents, others).map { [$0.text, $1] }
    let escaped = expected.dropFirst().map { row in
      [
        row[0],
        "\"b\":\"" + row[1].replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\"",
      ]
    }
    #expect(rows == escaped)
  }
}
