#!/usr/bin/env python3
"""Peers of bench-parquet on the same file: text and id, one thread, one JSON line a figure.

usage: taskset -c 0 peers.py FILE.parquet [--repeat N] [--write OUT.parquet]

Needs pyarrow and polars. MB are 10^6 bytes of text; the best of the repeats.
"""
import argparse
import json
import os
import time

os.environ["POLARS_MAX_THREADS"] = "1"
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--repeat", type=int, default=3)
parser.add_argument("--write", help="write instead, with zstd")
arguments = parser.parse_args()
pa.set_cpu_count(1)
pa.set_io_thread_count(1)
columns = ["text", "id"]


def batches():
    file = pq.ParquetFile(arguments.file)
    return sum(batch.num_rows for batch in file.iter_batches(columns=columns, use_threads=False))


def table():
    return pq.read_table(arguments.file, columns=columns, use_threads=False).num_rows


def frame():
    return polars.read_parquet(arguments.file, columns=columns).height


def write():
    pq.write_table(whole, arguments.write, compression="zstd", compression_level=3)
    with open(arguments.write, "rb") as file:
        os.fsync(file.fileno())
    return whole.num_rows


jobs = [("pyarrow iter_batches", batches), ("pyarrow read_table", table), ("polars", frame)]
if arguments.write:
    whole = pq.read_table(arguments.file)
    jobs = [("pyarrow write_table", write)]
lengths = pc.sum(pc.binary_length(pq.read_table(arguments.file, columns=["text"])["text"]))
for name, job in jobs:
    best = float("inf")
    for _ in range(arguments.repeat):
        start = time.perf_counter()
        rows = job()
        best = min(best, time.perf_counter() - start)
    print(json.dumps({
        "peer": name, "file": os.path.basename(arguments.file), "documents": rows,
        "text_mb_per_s": round(lengths.as_py() / 1e6 / best, 1)}), flush=True)
