import Corpora
import Foundation
import Streams
import TestFolders
import Testing

/// Files written by pyarrow, polars and DuckDB, in every codec, encoding and page version that they
/// offer, give the documents that the script put in. One process of Python writes all of them.
@Suite struct ParquetPeerReadingTests {
  private static let script = """
    import datetime, decimal, json, math, random, sys
    import duckdb, polars, pyarrow as pa, pyarrow.parquet as pq
    folder = sys.argv[1]
    random.seed(11)
    decimal.getcontext().prec = 60
    n = 300
    alphabet = ['a', 'b ', 'wörd ', '\\n', '"q" ', '\\\\', '世界', '😀', 'x' * 30, '\\t', 'tail ']
    def some(value, share=0.3):
      return None if random.random() < share else value
    def texts():
      last = ''
      for i in range(n):
        kind = random.random()
        if kind < 0.5: last = last[:random.randrange(len(last) + 1)]
        else: last = ''
        last += ''.join(random.choice(alphabet) for _ in range(random.randrange(1, 40)))
        yield last if random.random() < 0.97 else 'y' * random.randrange(1, 5000)
    epoch = datetime.datetime(1970, 1, 1)
    utc = datetime.timezone.utc
    rows = []
    for i, text in enumerate(texts()):
      rows.append(dict(
        id=f'doc-{i}', text=text, source=random.choice(['web', 'book', 'wörk']),
        url=some(f'https://x.test/{i % 50}'),
        metadata=some(json.dumps({'k': [i, 1.5, 'é'], 'n': {}}, ensure_ascii=False)),
        score=some(random.choice([math.nan, 0.1, -1e300, 1.0, random.random()])),
        ratio=random.randrange(-64, 64) / 8, count=some(random.randrange(-2**63, 2**63)),
        small=some(random.randrange(-128, 128)), word=random.randrange(2**32),
        long=random.randrange(2**64), rising=i * 1000 + random.randrange(10), flag=some(i % 3 == 0),
        day=some(datetime.date(1, 1, 1) + datetime.timedelta(days=random.randrange(3650000))),
        when=some(epoch.replace(tzinfo=utc) + datetime.timedelta(
          microseconds=random.randrange(-2**53, 2**53))),
        local=epoch + datetime.timedelta(seconds=random.randrange(-2**31, 2**31)),
        price=some(decimal.Decimal(random.randrange(-10**11, 10**11)).scaleb(-2)),
        exact=decimal.Decimal(random.randrange(-10**37, 10**37)).scaleb(-4),
        key=random.randbytes(3), title=some(random.choice(alphabet) * random.randrange(4)),
        tags=[random.choice(alphabet)] * random.randrange(3),
        info=some({'a': some(i), 'b': some(f'b{i}')})))
    def schema(nullable):
      f = lambda name, kind, may=True: pa.field(name, kind, nullable or may)
      return pa.schema([
        f('id', pa.string(), False), f('text', pa.string(), False), f('source', pa.string(), False),
        f('url', pa.string()), f('metadata', pa.string()), f('score', pa.float64()),
        f('ratio', pa.float32(), False), f('count', pa.int64()), f('small', pa.int8()),
        f('word', pa.uint32(), False), f('long', pa.uint64(), False), f('rising', pa.int64(), False),
        f('flag', pa.bool_()), f('day', pa.date32()), f('when', pa.timestamp('us', 'UTC')),
        f('local', pa.timestamp('ms'), False), f('price', pa.decimal128(13, 2)),
        f('exact', pa.decimal128(38, 4), False), f('key', pa.binary(3), False),
        f('title', pa.string()), f('tags', pa.list_(pa.string())),
        f('info', pa.struct([('a', pa.int32()), ('b', pa.string())]))])
    table = pa.Table.from_pylist(rows, schema(True))
    strict = pa.Table.from_pylist(rows, schema(False))
    files = []
    def add(name, write):
      write(f'{folder}/{name}.parquet')
      files.append(name)
    small = dict(data_page_size=700, write_batch_size=40)
    for codec in ('none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'):
      for page in ('1.0', '2.0'):
        for dictionary in (True, False):
          for groups in (97, 10000):
            for source, word in ((table, 'nullable'), (strict, 'required')):
              sizes = {} if groups == 10000 else small
              add(f'arrow-{codec}-v{page[0]}-{"dictionary" if dictionary else "plain"}-{groups}-{word}',
                lambda path: pq.write_table(source, path, compression=codec,
                  data_page_version=page, use_dictionary=dictionary, row_group_size=groups,
                  write_page_checksum=groups == 97, **sizes))
    kinds = {
      'length': dict(text='DELTA_LENGTH_BYTE_ARRAY', id='DELTA_LENGTH_BYTE_ARRAY',
        rising='DELTA_BINARY_PACKED', count='DELTA_BINARY_PACKED', small='DELTA_BINARY_PACKED',
        day='DELTA_BINARY_PACKED', word='DELTA_BINARY_PACKED', local='DELTA_BINARY_PACKED',
        flag='RLE', long='DELTA_BINARY_PACKED'),
      'prefix': dict(text='DELTA_BYTE_ARRAY', id='DELTA_BYTE_ARRAY', title='DELTA_BYTE_ARRAY',
        key='DELTA_BYTE_ARRAY', metadata='DELTA_BYTE_ARRAY', exact='DELTA_BYTE_ARRAY'),
      'split': dict(score='BYTE_STREAM_SPLIT', ratio='BYTE_STREAM_SPLIT', count='BYTE_STREAM_SPLIT',
        small='BYTE_STREAM_SPLIT', key='BYTE_STREAM_SPLIT', price='BYTE_STREAM_SPLIT')}
    for kind, encodings in kinds.items():
      for page in ('1.0', '2.0'):
        for source, word in ((table, 'nullable'), (strict, 'required')):
          for sizes in (small, {}):
            add(f'arrow-{kind}-v{page[0]}-{word}-{len(sizes)}', lambda path: pq.write_table(
              source, path, compression='zstd', data_page_version=page, use_dictionary=False,
              column_encoding=encodings, row_group_size=300, store_decimal_as_integer=True, **sizes))
    add('arrow-defaults', lambda path: pq.write_table(table, path))
    frame = polars.from_arrow(table)
    for codec in ('uncompressed', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'):
      for size in (400, None):
        add(f'polars-{codec}-{size}', lambda path: frame.write_parquet(
          path, compression=codec, row_group_size=250, data_page_size=size))
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.register('t', table)
    for codec in ('uncompressed', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4_raw'):
      for version in ('V1', 'V2'):
        add(f'duckdb-{codec}-{version}', lambda path: connection.execute(
          f"copy t to '{path}' (format parquet, codec '{codec}', parquet_version {version}, "
          f"row_group_size 2048)"))
    def plain(value):
      if isinstance(value, float) and not math.isfinite(value): return None
      if isinstance(value, datetime.datetime):
        text = value.replace(tzinfo=None).isoformat(timespec='microseconds')
        text = text.removesuffix('.000000')
        return text + ('Z' if value.tzinfo else '')
      if isinstance(value, datetime.date): return value.isoformat()
      if isinstance(value, decimal.Decimal): return format(value, 'f')
      if isinstance(value, bytes): return value.hex()
      return value
    documents = []
    for row in rows:
      own = {k: row[k] for k in ('id', 'text', 'source', 'url', 'metadata')}
      others = {k: plain(v) for k, v in row.items()
        if v is not None and k not in own and k not in ('tags', 'info')}
      for k, v in (row['info'] or {}).items():
        if v is not None: others['info.' + k] = v
      for k in ('price', 'exact'):
        # As text: a float would round.
        if k in others: others[k] = '#' + others[k]
      documents.append(own | {'others': others})
    print(json.dumps({'files': files, 'documents': documents}))
    """

  private struct Answer: Decodable {
    struct Expected: Decodable {
      var id, text, source: String
      var url, metadata: String?
    }
    var files: [String]
    var documents: [Expected]
  }

  @Test("files of pyarrow, polars and DuckDB give the documents that were put in")
  func peers() throws {
    guard let python = PeerPython.find("pyarrow", "polars", "duckdb") else {
      print("skipped: there is no Python with pyarrow, polars and duckdb")
      return
    }
    let folder = try TemporaryFolder()
    let answer = Data(try #require(PeerPython.run(python, Self.script, [folder.path])).utf8)
    let expected = try JSONDecoder().decode(Answer.self, from: answer)
    let objects = try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
    let others = try #require(objects["documents"] as? [[String: Any]]).map { $0["others"] }
    #expect(expected.files.count > 90)
    for file in expected.files {
      let path = "\(folder.path)/\(file).parquet"
      let reader = try ParquetReader(path, name: file)
      var (batch, row) = (DocumentBatch(), 0)
      while try reader.fill(&batch, targetTextBytes: 3000) {
        for index in 0..<batch.count {
          try check(batch, index, expected.documents[row], others[row], "\(file), row \(row)")
          row += 1
        }
      }
      #expect(row == expected.documents.count, "\(file)")
      #expect(reader.problems.count == 0, "\(file): \(reader.problems)")
      #expect(reader.problems.passedOver == ["nested column tags": 1], "\(file)")
    }
  }

  private func check(
    _ batch: DocumentBatch, _ index: Int, _ expected: Answer.Expected, _ others: Any?,
    _ place: String
  ) throws {
    let document = batch[index]
    let asIs = Document(
      id: expected.id, text: expected.text, source: expected.source, url: expected.url,
      metadata: Array((expected.metadata ?? "").utf8))
    if document != asIs { Issue.record("\(place): \(document) is not \(asIs)") }
    // Decimals become strings in front of the parser, which would round them.
    let members = batch.otherFields.string(index)
      .replacing(/"(price|exact)":([-0-9.]+)/) { "\"\($0.1)\":\"#\($0.2)\"" }
    let found = try JSONSerialization.jsonObject(with: Data("{\(members)}".utf8))
    guard let found = found as? NSDictionary, let others = others as? NSDictionary else {
      Issue.record("\(place): no object")
      return
    }
    if found != others {
      for (key, value) in others where found[key] as? NSObject != value as? NSObject {
        Issue.record("\(place): \(key) is \(found[key] ?? "absent") and not \(value)")
      }
      for (key, value) in found where others[key] == nil {
        Issue.record("\(place): \(key) is \(value) and should be absent")
      }
    }
  }
}
