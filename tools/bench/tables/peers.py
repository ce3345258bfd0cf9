#!/usr/bin/env python3
"""polars and Python's csv on the tables of bench-tables, one JSON line a figure.

usage: POLARS_MAX_THREADS=1 taskset -c 0 peers.py FILE.csv

All columns are read as strings, as in a document; `typed` lets polars guess their types.
"""
import csv
import json
import os
import sys
import time

import polars


def rate(path, name, read):
    start = time.perf_counter()
    rows = read()
    seconds = time.perf_counter() - start
    print(json.dumps({
        "job": "table", "peer": name, "rows": rows, "seconds": round(seconds, 3),
        "mb_per_s": round(os.path.getsize(path) / 1e6 / seconds, 1)}), flush=True)


def with_csv(path):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def main():
    path = sys.argv[1]
    rate(path, "polars read_csv", lambda: polars.read_csv(path, infer_schema=False).height)
    rate(path, "polars scan_csv",
         lambda: polars.scan_csv(path, infer_schema=False).collect().height)
    rate(path, "polars typed", lambda: polars.read_csv(path, infer_schema_length=1000).height)
    rate(path, "csv", lambda: with_csv(path))


main()
