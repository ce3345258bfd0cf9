import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

/// Our files are opened by pyarrow, polars and DuckDB with the values that were written, and pyarrow's
/// own checks of statistics and encodings hold.
@Suite struct ParquetPeerWritingTests {
  private static let script = """
    import json, sys
    import duckdb, polars, pyarrow.parquet as pq
    path = sys.argv[1]
    names = ['id', 'text', 'source', 'url', 'metadata', 'attributes', 'other_fields']
    file = pq.ParquetFile(path)
    assert [str(f.type) for f in file.schema_arrow] == ['string'] * 7, file.schema_arrow
    assert [f.nullable for f in file.schema_arrow] == [False] * 3 + [True] * 4
    assert file.metadata.created_by.startswith('midstream version ')
    answer = {'pyarrow': file.read().to_pylist(),
      'pyarrow, table': pq.read_table(path, page_checksum_verification=True).to_pylist(),
      'polars': polars.read_parquet(path).to_dicts(),
      'polars, lazy': polars.scan_parquet(path).filter(polars.col('id') >= '').collect().to_dicts(),
      'duckdb': duckdb.sql(f"select * from '{path}'").fetchall()}
    answer['duckdb'] = [dict(zip(names, row)) for row in answer['duckdb']]
    ids = sorted(row['id'] for row in answer['pyarrow'])
    last = ids[-1] if ids else ''
    counted = duckdb.execute(f"select count(*) from '{path}' where id = ?", [last]).fetchone()
    assert counted[0] == ids.count(last)
    for group in range(file.metadata.num_row_groups):
      for place in range(7):
        column = file.metadata.row_group(group).column(place)
        values = file.read_row_group(group, columns=[names[place]])[0].to_pylist()
        assert column.statistics.null_count == values.count(None)
        if column.statistics.has_min_max:
          known = [v.encode() for v in values if v is not None]
          assert column.statistics.min.encode() == min(known)
          assert column.statistics.max.encode() == max(known)
    assert file.metadata.num_rows == 0 or any(
      file.metadata.row_group(0).column(2).encodings[i] == 'RLE_DICTIONARY' for i in range(3))
    print(json.dumps(answer))
    """

  @Test("pyarrow, polars and DuckDB read what was written", arguments: [0, 1, 900])
  func peers(count: Int) throws {
    guard let python = PeerPython.find("pyarrow", "polars", "duckdb") else {
      print("skipped: there is no Python with pyarrow, polars and duckdb")
      return
    }
    let folder = try TemporaryFolder()
    let path = folder.path + "/ours.parquet"
    let batch = ParquetWriterTests.documents(count, seed: 21)
    // Several row groups of several pieces.
    let file = try ParquetFile(OutputFile(path), targetRows: 400)
    let encoder = RowGroupEncoder(level: 3)
    for start in stride(from: 0, to: count, by: 150) {
      for i in start..<min(start + 150, count) { encoder.append(batch, i, []) }
      if case .rowGroup(let piece) = try encoder.finish().content { try file.append(piece) }
    }
    try file.commit()
    let printed = try #require(PeerPython.run(python, Self.script, [path]))
    let answer = try JSONDecoder().decode(
      [String: [[String: String?]]].self, from: Data(printed.utf8))
    #expect(answer.count == 5)
    let expected = (0..<count).map { Self.row(batch, $0) }
    for (peer, rows) in answer { #expect(rows == expected, "\(peer)") }
  }

  private static func row(_ batch: DocumentBatch, _ index: Int) -> [String: String?] {
    func optional(_ column: ByteColumn, _ braces: Bool = false) -> String? {
      let text = column.string(index)
      return text.isEmpty ? nil : braces ? "{\(text)}" : text
    }
    return [
      "id": batch.ids.string(index), "text": batch.texts.string(index),
      "source": batch.sources.string(index), "url": optional(batch.urls),
      "metadata": optional(batch.metadata),
      "attributes": optional(batch.carriedAttributes, true),
      "other_fields": optional(batch.otherFields, true),
    ]
  }
}
