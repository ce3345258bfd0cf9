import Foundation
import Streams
import TestFolders
import Testing

@testable import Curation

/// Evaluation sets in Parquet files give the items that the same rows give as JSON lines.
@Suite struct EvaluationParquetTests {
  private static let script = """
    import json, sys
    import pyarrow as pa, pyarrow.parquet as pq
    folder = sys.argv[1]
    t, i = pa.string(), pa.int64()
    def write(name, fields, rows):
      table = pa.Table.from_pylist([dict(zip(dict(fields), r)) for r in rows], pa.schema(fields))
      pq.write_table(table, f'{folder}/{name}.parquet', row_group_size=2)
      with open(f'{folder}/{name}.jsonl', 'w') as f:
        for row in table.to_pylist(): f.write(json.dumps(row, ensure_ascii=False) + '\\n')
    choices = pa.struct([('text', pa.list_(t)), ('label', pa.list_(t))])
    write('ai2_arc', [('id', t), ('question', t), ('choices', choices), ('answerKey', t)], [
      ['a1', None, {'text': ['red', 'blue'], 'label': ['A', 'B']}, 'B'],
      ['a2', 'Which?', {'text': ['one', None, 'three'], 'label': ['1', '2', '3']}, 'A'],
      ['a3', 'And this?', None, None], ['a4', None, None, None],
      ['a5', 'Empty?', {'text': [], 'label': None}, 'x y']])
    write('mmlu', [('question', t), ('subject', t), ('choices', pa.list_(t)), ('answer', i)], [
      [None, 's', ['a', 'b', 'c', 'd'], 2], ['Q2', 's', ['w', 'x', 'y', 'z'], 0],
      ['Q3', None, None, None], [None, 's', None, None], ['Q5', 's', ['', 'a'], 1]])
    write('hellaswag', [('ind', i), ('activity_label', t), ('ctx', t), ('endings', pa.list_(t)),
      ('label', t)], [[7, 'x', None, ['runs', 'sits'], '1'], [8, 'x', 'He', ['a', 'b'], '0'],
      [9, None, 'She', None, '']])
    write('gsm8k', [('question', t), ('answer', t)], [
      [None, 'It is 2'], ['1+1?', None], [None, None], ['2+2?', 'It is 4']])
    write('mine', [('key', i), ('turns', pa.list_(t)), ('refs', pa.list_(pa.list_(t))),
      ('messages', pa.list_(pa.struct([('role', t), ('content', t)]))), ('gold', pa.float64())], [
      [1, ['First?', 'Second?'], [['a b'], ['c', None]], [{'role': 'user', 'content': 'Hi'}], 0.5],
      [2, None, None, None, None], [3, [], [[], None], [None, {'role': None, 'content': 'Ho'}], 2.0]])
    write('plain', [('id', i), ('question', t), ('options', choices), ('answers', choices)], [
      [1, 'Q1', {'text': ['a', 'b'], 'label': ['A', 'B']}, {'text': ['c'], 'label': []}]])
    print('done')
    """

  private func items(_ path: String, fields: String?) throws -> EvaluationSetReader.Read {
    try EvaluationSetReader(
      try BenchmarkCatalog.builtIn(), fields: try fields.map { try EvaluationFields($0) }
    ).read(path)
  }

  @Test(
    "columns of lists, groups of lists and null first columns give the items of the same JSON lines"
  )
  func peer() throws {
    guard let python = PeerPython.find("pyarrow") else {
      print("skipped: there is no Python with pyarrow")
      return
    }
    let folder = try TemporaryFolder()
    #expect(PeerPython.run(python, Self.script, [folder.path]) == "done\n")
    let cases: [(name: String, fields: String?, items: Int, empty: [Int])] = [
      ("ai2_arc", nil, 4, [4]), ("mmlu", nil, 4, [4]), ("hellaswag", nil, 3, []),
      ("gsm8k", nil, 3, [3]), ("plain", nil, 1, []),
      ("mine", "id=key,question=turns+messages.content,choices=refs,answer=gold", 2, [2]),
    ]
    for (name, fields, count, empty) in cases {
      let path = "\(folder.path)/\(name)"
      let found = try items(path + ".parquet", fields: fields)
      let lines = try items(path + ".jsonl", fields: fields)
      #expect(found.fields == lines.fields, "\(name)")
      #expect(found.set.items.map(\.parts) == lines.set.items.map(\.parts), "\(name)")
      #expect(found.set.items.count == count, "\(name): \(found.set.items)")
      #expect(found.empty == empty.map { "\(path).parquet:\($0)" }, "\(name)")
      #expect(found.empty.count == lines.empty.count)
      #expect(found.problems.isEmpty)
    }
    let arc = try items(folder.path + "/ai2_arc.parquet", fields: nil).set.items
    #expect(arc.map(\.id) == ["a1", "a2", "a3", "a5"])
    #expect(
      arc[0].parts == [.init(.choice, "red"), .init(.answer, "blue")])
    let plain = try items(folder.path + "/plain.parquet", fields: nil).set.items
    #expect(plain[0].parts.map(\.text) == ["Q1", "c", "a", "b"])
    let mine = try items(
      folder.path + "/mine.parquet", fields: cases[5].fields
    ).set.items
    #expect(
      mine[0].parts.map(\.text) == ["First?", "Second?", "Hi", "0.5", "a b", "c"])
    let fault = #expect(throws: Fault.self) {
      try items(folder.path + "/mine.parquet", fields: "question=messages.contents")
    }
    #expect(fault?.hint == "did you mean 'messages.content'?")
    #expect(fault?.found == "key, turns, refs, messages.role, messages.content, gold")
  }

  @Test("a damaged row group is a problem that is named; the others give their items")
  func damage() throws {
    guard let python = PeerPython.find("pyarrow") else {
      print("skipped: there is no Python with pyarrow")
      return
    }
    let folder = try TemporaryFolder()
    #expect(PeerPython.run(python, Self.script, [folder.path]) == "done\n")
    let path = folder.path + "/gsm8k.parquet"
    var bytes = try InputFile.bytes(path)
    // The header of the first page.
    for place in 4..<12 { bytes[place] = 0xff }
    try OutputFile.write(bytes, to: path)
    let found = try items(path, fields: nil)
    #expect(
      found.set.items.map(\.parts) == [[.init(.question, "2+2?"), .init(.answer, "It is 4")]])
    #expect(found.empty == [path + ":3"])
    #expect(found.problems.count == 1)
    #expect(found.problems.first.first?.message.contains("2 rows are lost") == true)
  }
}
