#!/usr/bin/env python3
"""Peers from PyPI on the inputs of our benchmarks, one core, one JSON line a figure.

usage: taskset -c 0 peers.py JOB INPUT [--tokenizer tokenizer.json] [--megabytes N]

JOB        INPUT                      needs
extract    pages.warc.gz              FastWARC, Resiliparse, selectolax
filter     documents.jsonl            datatrove[processing]
dedup      documents.jsonl            rensa
encode     documents.jsonl            gigatoken, tiktoken, tokenizers
read       documents.jsonl.zst        orjson, zstandard

MB are 10^6 bytes of text (of HTML for extract). Inputs are in memory before the clock starts; read
starts with the file.
"""
import argparse
import json
import time


def emit(job, peer, seconds, size, **more):
    print(json.dumps({"job": job, "peer": peer, "mb_per_s": round(size / seconds / 1e6, 2), **more}), flush=True)


def timed(job, peer, size, body):
    body(True)
    start = time.perf_counter()
    body(False)
    emit(job, peer, time.perf_counter() - start, size)


def texts(path, megabytes):
    rows, size = [], 0
    for line in open(path, "rb"):
        text = json.loads(line)["text"]
        rows.append(text)
        size += len(text.encode())
        if size >= megabytes * 1e6:
            break
    return rows, size


def extract(a):
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree
    from selectolax.lexbor import LexborHTMLParser

    pages, size = [], 0
    for record in ArchiveIterator(open(a.input, "rb"), record_types=WarcRecordType.response):
        pages.append(record.reader.read())
        size += len(pages[-1])
        if size >= a.megabytes * 1e6:
            break
    main = lambda page: extract_plain_text(HTMLTree.parse_from_bytes(page, "utf-8"), main_content=True)
    body = lambda page: LexborHTMLParser(page).body.text()
    for name, f in (("resiliparse, main content", main), ("selectolax, all text", body)):
        timed("extract", name, size, lambda warm: [f(page) for page in (pages[:50] if warm else pages)])


def filters(a):
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    rows, size = texts(a.input, a.megabytes)
    chain = [
        GopherRepetitionFilter(),
        GopherQualityFilter(),
        C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
    ]

    def passes(f, document):
        try:
            return f.filter(document) is True
        except ZeroDivisionError:
            return False

    def fineweb(warm):
        # C4's filter edits the text, so each round has documents of its own; one that fails goes no
        # further, as in a pipeline.
        for k, text in enumerate(rows[:20] if warm else rows):
            document = Document(text=text, id=str(k))
            all(passes(f, document) for f in chain)

    timed("filter", "datatrove, FineWeb's chain, each document up to its first failure", size, fineweb)


def dedup(a):
    import rensa

    rows, size = texts(a.input, a.megabytes)

    def run(warm):
        index = rensa.RMinHashLSH(threshold=0.8, num_perm=112, num_bands=14)
        for key, text in enumerate(rows[:100] if warm else rows):
            words = text.lower().split()
            sketch = rensa.RMinHash(num_perm=112, seed=42)
            sketch.update([" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))])
            index.query(sketch)
            index.insert(key, sketch)

    timed("dedup", "rensa RMinHash, not verified", size, run)


def encode(a):
    import gigatoken
    import tiktoken
    from tokenizers import Tokenizer

    rows, size = texts(a.input, a.megabytes)
    fast, separator = gigatoken.Tokenizer(a.tokenizer), b"<|endoftext|>"
    blob = separator.join(text.encode() for text in rows)
    source = lambda: gigatoken.BytesSource([blob], separator=separator)
    start = time.perf_counter()
    fast.encode_batch(source(), parallel=False)
    emit("encode", "gigatoken, first pass", time.perf_counter() - start, size)
    slow = Tokenizer.from_file(a.tokenizer)
    some = rows[: max(1, len(rows) // 10)]
    some_size = sum(len(text.encode()) for text in some)
    timed("encode", "HF tokenizers", some_size, lambda warm: slow.encode_batch_fast(some[:10] if warm else some))
    gpt2 = tiktoken.Encoding(
        "peer",
        pat_str=r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s""",
        mergeable_ranks=ranks(json.load(open(a.tokenizer))),
        special_tokens={},
    )
    timed("encode", "tiktoken", size, lambda warm: [gpt2.encode_ordinary(t) for t in (rows[:50] if warm else rows)])


def ranks(tokenizer):
    """The vocabulary of a byte-level tokenizer.json as tiktoken's ranks."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    byte = {chr(b): b for b in printable} | {chr(256 + k): b for k, b in enumerate(others)}
    words = tokenizer["model"]["vocab"]
    return {bytes(byte[c] for c in word): rank for word, rank in words.items() if all(c in byte for c in word)}


def read(a):
    import io

    import orjson
    import zstandard

    start, size = time.perf_counter(), 0
    with open(a.input, "rb") as f:
        for line in io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(f), 1 << 20):
            size += len(line)
            orjson.loads(line)
    emit("read", "orjson + zstandard", time.perf_counter() - start, size)


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("job", choices=["extract", "filter", "dedup", "encode", "read"])
    p.add_argument("input")
    p.add_argument("--tokenizer")
    p.add_argument("--megabytes", type=float, default=1e6)
    a = p.parse_args()
    {"extract": extract, "filter": filters, "dedup": dedup, "encode": encode, "read": read}[a.job](a)
