#!/usr/bin/env python3
"""Writes the files of Tests/Golden/parquet with pyarrow: codecs, encodings, page versions, types.

usage: make_golden_files.py FOLDER
"""
import datetime
import decimal
import sys
import uuid

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
plain = dict(store_schema=False, write_statistics=False)


def write(table, name, **options):
    pq.write_table(table, f"{folder}/{name}.parquet", **plain, **options)


when = datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)
rows = [
    dict(
        id=i, text=f'text {i} é\n"', url=None if i % 2 else f"u{i}", when=when,
        score=None if i == 3 else i / 4, info={"a": i}, tags=[1],
        metadata=None if i % 3 else '{ "k" :\n1}')
    for i in range(12)
]
table = pa.Table.from_pylist(rows, pa.schema([
    pa.field("id", pa.int64(), False), ("text", pa.string()), ("url", pa.string()),
    ("when", pa.timestamp("ns")), ("score", pa.float32()),
    ("info", pa.struct([("a", pa.int32())])), ("metadata", pa.string()),
    ("tags", pa.list_(pa.int32()))]))
write(table, "int96-snappy", use_deprecated_int96_timestamps=True, row_group_size=5,
      compression="snappy")
write(table.drop_columns(["tags"]), "delta-v2-zstd", data_page_version="2.0", use_dictionary=False,
      compression="zstd", row_group_size=5, write_page_checksum=True,
      column_encoding={"text": "DELTA_BYTE_ARRAY", "id": "DELTA_BINARY_PACKED",
                       "url": "DELTA_LENGTH_BYTE_ARRAY", "score": "BYTE_STREAM_SPLIT"})
for codec in ("gzip", "brotli", "lz4", "none"):
    write(table.select(["id", "text", "url"]), f"plain-{codec}", compression=codec)

key = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0").bytes
write(pa.table({
    "text": pa.array(["one", "two"]),
    "half": pa.array([np.float16(-1.5), np.float16("nan")], pa.float16()),
    "day": pa.array([datetime.date(1969, 12, 31), datetime.date(2024, 2, 29)]),
    "clock": pa.array([datetime.time(1, 2, 3, 456000), datetime.time(23, 59, 59)], pa.time64("us")),
    "nanos": pa.array([-1, 1709210096000000001], pa.timestamp("ns", "UTC")),
    "big": pa.array([decimal.Decimal("-12345678901234567890123456789012345.678"), None],
                    pa.decimal256(60, 3)),
    "small": pa.array([decimal.Decimal("-0.05"), decimal.Decimal("12.30")], pa.decimal128(5, 2)),
    "raw": pa.array([b"\x00\xff", b""], pa.binary()),
    "json": pa.array(['{"a":[1, 2]}', "no json"], pa.json_()),
    "key": pa.array([key, None], pa.uuid()),
    "u64": pa.array([2**64 - 1, 0], pa.uint64()),
    "yes": pa.array([True, None]),
}), "types")
