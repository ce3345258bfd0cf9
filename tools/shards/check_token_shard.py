#!/usr/bin/env python3
"""Check token shards without Midstream: everything that the article "Shard format" says.

    tools/shards/check_token_shard.py SHARD.tokens.zst...

Needs the command `zstd` for the data; the rest is struct. Prints one JSON line a shard.
"""
import json
import struct
import subprocess
import sys

M = (1 << 64) - 1
P1, P2, P3, P4, P5 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
                      0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


def rotl(x, r):
    return ((x << r) | (x >> (64 - r))) & M


def xxh64(data):
    def lane(acc, word):
        return rotl((acc + word * P2) & M, 31) * P1 & M

    i, n = 0, len(data)
    if n >= 32:
        acc = [(P1 + P2) & M, P2, 0, -P1 & M]
        while i + 32 <= n:
            acc = [lane(a, w) for a, w in zip(acc, struct.unpack_from("<4Q", data, i))]
            i += 32
        h = sum(rotl(a, r) for a, r in zip(acc, (1, 7, 12, 18))) & M
        for a in acc:
            h = ((h ^ lane(0, a)) * P1 + P4) & M
    else:
        h = P5
    h = (h + n) & M
    while i + 8 <= n:
        h = (rotl(h ^ lane(0, struct.unpack_from("<Q", data, i)[0]), 27) * P1 + P4) & M
        i += 8
    if i + 4 <= n:
        h = (rotl(h ^ (struct.unpack_from("<I", data, i)[0] * P1 & M), 23) * P2 + P3) & M
        i += 4
    for byte in data[i:]:
        h = rotl(h ^ (byte * P5 & M), 11) * P1 & M
    h = (h ^ (h >> 33)) * P2 & M
    h = (h ^ (h >> 29)) * P3 & M
    return h ^ (h >> 32)


def expect(name, found, wanted):
    if found != wanted:
        raise SystemExit("%s: found %r, expected %r" % (name, found, wanted))


def skippable(data, offset, size, magic):
    expect("magic at %d" % offset, struct.unpack_from("<I", data, offset)[0], magic)
    expect("size at %d" % offset, struct.unpack_from("<I", data, offset + 4)[0], size - 8)
    return data[offset + 8:offset + size]


def check(path):
    data = open(path, "rb").read()
    count, descriptor, magic = struct.unpack("<IBI", data[-9:])
    expect("seek table magic", magic, 0x8F92EAB1)
    expect("seek table descriptor", descriptor, 0x80)
    table_size = 12 * count + 9
    table_at = len(data) - table_size - 8
    table = skippable(data, table_at, table_size + 8, 0x184D2A5E)
    frames, offset = [], 0
    for i in range(count):
        compressed, plain, checksum = struct.unpack_from("<III", table, 12 * i)
        frames.append((offset, compressed, plain, checksum))
        offset += compressed
    expect("end of the frames", offset, table_at)

    header = skippable(data, frames[0][0], frames[0][1], 0x184D2A50)
    expect("header", (len(header), header[:8]), (64, b"midtoken"))
    version, width, vocabulary, per_frame, end, zero = struct.unpack_from("<6I", header, 8)
    expect("version", version, 1)
    expect("reserved", (zero, header[56:]), (0, bytes(8)))
    expect("header checksum", struct.unpack_from("<Q", header, 48)[0], xxh64(header[:48]))
    expect("bytes a token", width, 2 if vocabulary <= 65536 else 4)

    plain = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout
    at = 0
    for i, (offset, compressed, size, checksum) in enumerate(frames):
        expect("checksum of frame %d" % i, checksum, xxh64(plain[at:at + size]) & 0xFFFFFFFF)
        at += size
        if 0 < i < count - 2:
            expect("frame %d" % i, data[offset:offset + 4], b"\x28\xB5\x2F\xFD")
            full = i < count - 3
            expect("size of frame %d" % i, size == per_frame * width if full else
                   0 < size <= per_frame * width and size % width == 0, True)
    expect("plain bytes", at, len(plain))
    tokens = struct.unpack("<%d%s" % (len(plain) // width, "H" if width == 2 else "I"), plain)

    lengths_frame = skippable(data, frames[-2][0], frames[-2][1], 0x184D2A51)
    trailer_text = skippable(data, frames[-1][0], frames[-1][1], 0x184D2A52)
    expect("checksums of lengths and trailer", struct.unpack("<II", lengths_frame[-8:]),
           (xxh64(lengths_frame[:-8]) & 0xFFFFFFFF, xxh64(trailer_text) & 0xFFFFFFFF))
    lengths = struct.unpack("<%dI" % (len(lengths_frame) // 4 - 2), lengths_frame[:-8])
    trailer = json.loads(trailer_text)
    expect("tokens", trailer["tokens"], len(tokens))
    expect("documents", trailer["documents"], len(lengths))
    expect("tokens of the documents", sum(lengths), len(tokens))
    expect("ids in the vocabulary", not tokens or max(tokens) < vocabulary, True)
    at = 0
    for i, length in enumerate(lengths):
        at += length
        if end != 0xFFFFFFFF:
            expect("last token of document %d" % i, tokens[at - 1], end)
    print(json.dumps({"file": path, "tokens": len(tokens), "documents": len(lengths),
                      "sum": sum(tokens)}))


for name in sys.argv[1:]:
    check(name)
