#!/usr/bin/env python3
"""Compare `bench-filters --verdicts` with `peer_verdicts.py`: verdicts, reasons and values.

    compare_verdicts.py OURS.jsonl PEER.jsonl

Values are compared as 32-bit floats. Prints each document whose verdict or first reason differs;
exits 1 where fewer than 99.9% of the verdicts agree.
"""
import json
import sys

import numpy as np

NAMES = {"token_count": "word_and_symbol_count"}


def main():
    ours = [json.loads(line) for line in open(sys.argv[1])]
    peer = [json.loads(line) for line in open(sys.argv[2])]
    count = min(len(ours), len(peer))
    differ = {"quality": 0, "repetition": 0}
    reasons, values = 0, {}
    for a, b in zip(ours, peer):
        for name in differ:
            if (a[name] is None) != (b[name] is None):
                differ[name] += 1
            if a[name] != b[name]:
                reasons += 1
                print(f"document {a['index']}: {name} {a[name]}, peer {b[name]}")
        for name, value in b["values"].items():
            mine = a["values"].get(NAMES.get(name, name))
            if mine is None or value is None:
                continue
            if np.float32(mine) != np.float32(value):
                values[name] = values.get(name, 0) + 1
    print(f"{count} documents; verdicts that differ: {differ}; first reasons: {reasons}; values: {values}")
    sys.exit(any(n > count / 1000 for n in differ.values()))


if __name__ == "__main__":
    main()
