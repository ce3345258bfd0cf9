#!/usr/bin/env python3
"""The same reading by orjson and zstandard, streamed: usage: reading_peer.py FILE.jsonl.zst"""
import json, sys, time
import orjson, zstandard

start, documents, plain = time.perf_counter(), 0, 0
with open(sys.argv[1], "rb") as file:
    stream = zstandard.ZstdDecompressor().stream_reader(file)
    rest = b""
    while piece := stream.read(1 << 20):
        plain += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            document = orjson.loads(line)
            documents += 1
seconds = time.perf_counter() - start
print(json.dumps({"bench": "orjson + zstandard", "documents": documents, "plain_mb_per_s": plain / 1e6 / seconds, "seconds": seconds}))
