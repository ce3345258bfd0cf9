import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

/// Columns of lists, against pyarrow and against bytes laid out by hand.
@Suite struct ParquetTableReaderTests {
  private static let script = """
    import json, random, sys
    import pyarrow as pa, pyarrow.parquet as pq
    folder = sys.argv[1]
    random.seed(5)
    def some(value, share=0.25): return None if random.random() < share else value
    def word(): return random.choice(['a', 'wörd', '世界', '', 'x' * 40, 'b c'])
    def words(most=5): return [some(word(), 0.1) for _ in range(random.randrange(most))]
    rows = []
    for i in range(300):
      rows.append(dict(
        id=i, question=some(word()), choices=some(words()), scores=[i, -i][:random.randrange(3)],
        whole=[word() for _ in range(random.choice([0, 1, 2, 200]))], label=some(i % 4),
        named=some({'text': some(words()), 'label': some(words())}),
        pairs=some([some({'text': some(word()), 'n': some(i)}) for _ in range(random.randrange(4))]),
        deep=some([some(words(3)) for _ in range(random.randrange(4))]),
        links=some({f'k{j}': some(word()) for j in range(random.randrange(3))}), right=i % 2 == 0))
    text = pa.string()
    schema = pa.schema([
      pa.field('id', pa.int64(), False), ('question', text), ('choices', pa.list_(text)),
      ('scores', pa.list_(pa.int32())),
      pa.field('whole', pa.list_(pa.field('element', text, False)), False), ('label', pa.int64()),
      ('named', pa.struct([('text', pa.list_(text)), ('label', pa.large_list(text))])),
      ('pairs', pa.list_(pa.struct([('text', text), ('n', pa.int32())]))),
      ('deep', pa.list_(pa.list_(text))), ('links', pa.map_(text, text)), ('right', pa.bool_())])
    data = [dict(r, links=None if r['links'] is None else list(r['links'].items())) for r in rows]
    table = pa.Table.from_pylist(data, schema)
    files = []
    for page in ('1.0', '2.0'):
      for dictionary in (True, False):
        for groups in (97, 10000):
          for compliant in (True, False):
            name = f'v{page[0]}-{dictionary}-{groups}-{compliant}'
            small = dict(data_page_size=300, write_batch_size=20) if groups == 97 else {}
            pq.write_table(table, f'{folder}/{name}.parquet', data_page_version=page,
              use_dictionary=dictionary, row_group_size=groups, compression='zstd',
              use_compliant_nested_type=compliant, write_page_checksum=True, **small)
            files.append(name)
    for encoding in ('DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'):
      inner = 'choices.list.element'
      pq.write_table(table, f'{folder}/{encoding}.parquet', use_dictionary=False,
        column_encoding={inner: encoding, 'deep.list.element.list.element': encoding})
      files.append(encoding)
    def expected(r):
      named, pairs = r['named'] or {}, [p or {} for p in r['pairs'] or []]
      links = r['links'] or {}
      return [r['id'], r['question'], r['choices'] or [], r['scores'], r['whole'], r['label'],
        named.get('text') or [], named.get('label') or [], [p.get('text') for p in pairs],
        [p.get('n') for p in pairs], [t for l in r['deep'] or [] for t in l or []],
        list(links.keys()), list(links.values()), r['right']]
    print(json.dumps({'files': files, 'rows': [expected(r) for r in rows]}, ensure_ascii=False))
    """

  @Test(
    "lists, groups of lists, lists of groups, lists of lists and maps are read as pyarrow wrote them"
  )
  func peer() throws {
    guard let python = PeerPython.find("pyarrow") else {
      print("skipped: there is no Python with pyarrow")
      return
    }
    let folder = try TemporaryFolder()
    let answer = try #require(PeerPython.run(python, Self.script, [folder.path]))
    let expected = try JSONValue(parsing: Array(answer.utf8), path: "answer")
    guard case .array(let files)? = expected["files"], case .array(let rows)? = expected["rows"]
    else {
      Issue.record("no answer")
      return
    }
    #expect(files.count == 18 && rows.count == 300)
    for case .string(let file) in files {
      let path = "\(folder.path)/\(file).parquet"
      let reader = try ParquetTableReader(RandomAccessBytes(path: path), name: file)
      #expect(
        reader.columns == [
          "id", "question", "choices", "scores", "whole", "label", "named.text", "named.label",
          "pairs.text", "pairs.n", "deep", "links.key", "links.value", "right",
        ])
      var count = 0
      while let row = reader.next() {
        count += 1
        #expect(reader.row == count)
        guard count <= rows.count else { break }
        if JSONValue.array(row) != rows[count - 1] {
          Issue.record("\(file), row \(count): \(row) is not \(rows[count - 1])")
          return
        }
      }
      #expect(count == 300 && reader.problems.isEmpty, "\(file): \(reader.problems)")
    }
  }

  // MARK: Old layouts

  private struct Node {
    var name: String
    /// 0 required, 1 optional, 2 repeated.
    var repetition: Int
    var children = 0
    /// 3 is a list, 1 a map.
    var converted: Int?
  }

  private func footer(_ nodes: [Node], chunkSize: Int = 0, values: Int = 0, rows: Int = 0)
    -> [UInt8]
  {
    var footer = ThriftWriter()
    footer.integer(1, 1)
    footer.structures(2, nodes.count + 1) { writer, index in
      guard index > 0 else {
        writer.binary(4, "schema".utf8)
        let inner = nodes.reduce(0) { $0 + $1.children }
        return writer.integer(5, nodes.count - inner)
      }
      let node = nodes[index - 1]
      if node.children == 0 { writer.integer(1, 6) }
      writer.integer(3, node.repetition)
      writer.binary(4, node.name.utf8)
      if node.children > 0 { writer.integer(5, node.children) }
      if let converted = node.converted ?? (node.children == 0 ? 0 : nil) {
        writer.integer(6, converted)
      }
    }
    footer.long(3, rows)
    footer.structures(4, rows == 0 ? 0 : 1) { writer, _ in
      writer.structures(1, 1) { writer, _ in
        writer.long(2, 0)
        writer.structure(3) {
          $0.integer(1, 6)
          $0.integers(2, [0])
          $0.binaries(3, [Array("tags".utf8)])
          $0.integer(4, 0)
          $0.long(5, values)
          $0.long(6, chunkSize)
          $0.long(7, chunkSize)
          $0.long(9, 4)
        }
      }
      writer.long(2, chunkSize)
      writer.long(3, rows)
    }
    footer.stop()
    return footer.bytes
  }

  private func columns(_ nodes: [Node]) throws -> [ParquetColumn] {
    try footer(nodes).withUnsafeBytes { try ParquetMetadata(footer: $0).columns }
  }

  @Test("the insides of lists have no name of their own, in the layouts of old writers too")
  func names() throws {
    let leaf = Node(name: "x", repetition: 1)
    let list = Node(name: "tags", repetition: 1, children: 1, converted: 3)
    func element(_ name: String, _ children: Int) -> Node {
      Node(name: name, repetition: 2, children: children)
    }
    let layouts: [([Node], [String])] = [
      ([list, element("list", 1), leaf], ["tags"]),
      ([list, element("bag", 1), leaf], ["tags"]),
      ([list, Node(name: "array", repetition: 2)], ["tags"]),
      ([list, Node(name: "element", repetition: 2)], ["tags"]),
      ([list, element("element", 2), leaf, Node(name: "y", repetition: 0)], ["tags.x", "tags.y"]),
      ([list, element("array", 1), leaf], ["tags.x"]),
      ([list, element("tags_tuple", 1), leaf], ["tags.x"]),
      ([Node(name: "tags", repetition: 2)], ["tags"]),
      ([element("tags", 2), leaf, Node(name: "y", repetition: 0)], ["tags.x", "tags.y"]),
      ([element("tags", 1), leaf], ["tags.x"]),
      (
        [
          list, Node(name: "array", repetition: 2, children: 1, converted: 3),
          Node(name: "array", repetition: 2),
        ], ["tags"]
      ),
      (
        [
          Node(name: "m", repetition: 1, children: 1, converted: 1), element("key_value", 2),
          Node(name: "key", repetition: 0), Node(name: "value", repetition: 1),
        ],
        ["m.key", "m.value"]
      ),
      // No lists, though they say so.
      ([list, leaf], ["tags.x"]),
      ([Node(name: "tags", repetition: 1, converted: 3)], ["tags"]),
    ]
    for (nodes, expected) in layouts {
      let found = try columns(nodes)
      #expect(found.map(\.valuePath) == expected, "\(nodes.map(\.name))")
    }
    let deep = try columns(layouts[10].0)
    #expect(deep.map(\.repeatedLevel) == [2])
    #expect(deep.map(\.elementLevel) == [3] && deep.map(\.presentLevel) == [3])
  }

  /// Levels of two bits or one as one bit-packed group.
  private func levels(_ values: [Int], width: Int) -> [UInt8] {
    var bits = 0
    for (index, value) in values.enumerated() { bits |= value << (index * width) }
    let groups = (values.count + 7) / 8
    let packed = (0..<groups * width).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    let bytes = [UInt8(groups << 1 | 1)] + packed
    return [UInt8(bytes.count), 0, 0, 0] + bytes
  }

  private func file(_ repetitions: [Int], _ definitions: [Int], _ texts: [String], rows: Int)
    -> [UInt8]
  {
    var page = levels(repetitions, width: 1) + levels(definitions, width: 2)
    for text in texts { page += [UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) }
    var header = ThriftWriter()
    header.integer(1, 0)
    header.integer(2, page.count)
    header.integer(3, page.count)
    header.structure(5) {
      $0.integer(1, repetitions.count)
      $0.integer(2, 0)
      $0.integer(3, 3)
      $0.integer(4, 3)
    }
    header.stop()
    let chunk = header.bytes + page
    // optional group tags (LIST) { repeated binary array }
    let nodes = [
      Node(name: "tags", repetition: 1, children: 1, converted: 3),
      Node(name: "array", repetition: 2),
    ]
    return SmallParquet.file(
      chunk, footer(nodes, chunkSize: chunk.count, values: repetitions.count, rows: rows))
  }

  private func read(_ bytes: [UInt8]) throws -> (rows: [[JSONValue]], ReadingProblems) {
    let reader = try ParquetTableReader(RandomAccessBytes(bytes), name: "old")
    var rows: [[JSONValue]] = []
    while let row = reader.next() { rows.append(row) }
    return (rows, reader.problems)
  }

  @Test("a list of two levels, null, empty and filled")
  func twoLevels() throws {
    let (rows, problems) = try read(
      file([0, 1, 0, 0, 0, 1, 1], [2, 2, 0, 1, 2, 2, 2], ["a", "b", "c", "", "e"], rows: 4))
    #expect(problems.isEmpty)
    #expect(
      rows == [
        [.array([.string("a"), .string("b")])], [.array([])], [.array([])],
        [.array([.string("c"), .string(""), .string("e")])],
      ])
  }

  @Test("levels that do not fit the rows are damage, and every row that is lost is counted")
  func wrongLevels() throws {
    let cases: [([Int], [Int], [String], Int, String)] = [
      ([1, 0], [2, 2], ["a", "b"], 2, "inside a list"),
      ([0, 1, 1], [2, 2, 2], ["a", "b", "c"], 3, "2 rows are lost"),
      ([0, 0, 0], [2, 2, 2], ["a", "b", "c"], 2, "more rows than the row group"),
      ([0, 0], [3, 2], ["a", "b"], 2, "deeper than the schema"),
      ([0, 0], [2, 2], ["a"], 2, "ends inside its values"),
    ]
    for (repetitions, definitions, texts, rows, message) in cases {
      let (_, problems) = try read(file(repetitions, definitions, texts, rows: rows))
      #expect(problems.count == 1, "\(message): \(problems)")
      #expect(problems.first.first?.message.contains(message) == true, "\(problems)")
    }
  }

  @Test("a row of billions of elements is refused, not read")
  func hugeList() throws {
    // Runs of 2^29 levels: not the first of their row, and null.
    func run(_ value: UInt8) -> [UInt8] { [7, 0, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x04, value, 0] }
    var page: [UInt8] = []
    page += [9, 0, 0, 0, 3, 0xfe] + [0x80, 0x80, 0x80, 0x80, 0x04, 1, 0]
    page += run(1)
    var header = ThriftWriter()
    header.integer(1, 0)
    header.integer(2, page.count)
    header.integer(3, page.count)
    header.structure(5) {
      $0.integer(1, 1 << 28)
      $0.integer(2, 0)
      $0.integer(3, 3)
      $0.integer(4, 3)
    }
    header.stop()
    let chunk = header.bytes + page
    let nodes = [
      Node(name: "tags", repetition: 1, children: 1, converted: 3),
      Node(name: "array", repetition: 2),
    ]
    let bytes = SmallParquet.file(
      chunk, footer(nodes, chunkSize: chunk.count, values: 1 << 28, rows: 1))
    let (rows, problems) = try read(bytes)
    #expect(rows.isEmpty && problems.count(.tooLarge) == 1, "\(problems)")
  }

  @Test("any byte of a file with lists may be wrong or missing")
  func flips() throws {
    let bytes = file(
      [0, 1, 0, 0, 0, 1, 1], [2, 2, 0, 1, 2, 2, 2], ["a", "b", "c", "", "e"], rows: 4)
    for place in bytes.indices {
      for flip: UInt8 in [0x01, 0x02, 0x80, 0xff] {
        var copy = bytes
        copy[place] ^= flip
        do { _ = try read(copy) } catch is Fault {}
      }
      #expect(throws: Fault.self) { try read(Array(bytes[..<place])) }
    }
  }
}
