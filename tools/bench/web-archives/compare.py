#!/usr/bin/env python3
"""Reads web archives with FastWARC and with bench-web-archives in turn and prints the ratio.

usage: taskset -c 0 tools/bench/web-archives/compare.py BENCH_BINARY FILE.warc.gz [ROUNDS]

Both read every record, take HTTP messages apart and read every body. Install FastWARC from PyPI.
"""
import json
import subprocess
import sys
import time

from fastwarc.warc import ArchiveIterator


def fastwarc(path):
    start = time.perf_counter()
    records = size = bodies = 0
    with open(path, "rb") as stream:
        for record in ArchiveIterator(stream, parse_http=True):
            records += 1
            size += record.content_length
            bodies += len(record.reader.read())
    return records, bodies, time.perf_counter() - start


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    binary, path = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    ours, theirs = [], []
    for _ in range(rounds):
        records, bodies, seconds = fastwarc(path)
        theirs.append(seconds)
        found = json.loads(subprocess.run(
            [binary, path, "--json"], check=True, capture_output=True, text=True).stdout)
        ours.append(found["seconds"])
        if (found["records"], found["body_bytes"]) != (records, bodies):
            sys.exit(f"the readers differ: {found} against {records} records, {bodies} bytes")
    size = found["record_bytes"] / 1e6
    print(json.dumps({
        "records": records, "record_mb": round(size, 1),
        "fastwarc_mb_per_s": round(size / min(theirs), 1),
        "midstream_mb_per_s": round(size / min(ours), 1),
        "ratio": round(min(theirs) / min(ours), 2),
    }))


if __name__ == "__main__":
    main()
