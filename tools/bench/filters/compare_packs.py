#!/usr/bin/env python3
"""Compare `bench-filters --packs … --verdicts` with a peer's lines: rules, values, edited texts.

    compare_packs.py OURS.jsonl PEER.jsonl

Values are compared as 32-bit floats, by signal (a column's name up to `.` or `@`). Prints each
document whose failed rules or text differ; exits 1 where fewer than 99.9% of the decisions agree.
"""
import json
import re
import sys

import numpy as np


def main():
    count = decisions = rules = texts = kept = 0
    values, worst = {}, {}
    with open(sys.argv[1]) as ours, open(sys.argv[2]) as peer:
        for a, b in zip(ours, peer):
            a, b = json.loads(a), json.loads(b)
            count += 1
            kept += not b["failed"]
            decisions += bool(a["failed"]) != bool(b["failed"])
            if a["failed"] != b["failed"]:
                rules += 1
                print(f"document {a['index']}: {a['failed']}, peer {b['failed']}")
            if b.get("text") is not None and a.get("text") != b["text"]:
                texts += 1
                print(f"document {a['index']}: another text after the edits")
            mine = {re.split(r"[.@]", name)[0]: value for name, value in a["values"].items()}
            for name, value in b["values"].items():
                if name not in mine or value is None:
                    if (name in mine) != (value is not None):
                        values[name] = values.get(name, 0) + 1
                elif np.float32(mine[name]) != np.float32(value):
                    values[name] = values.get(name, 0) + 1
                    worst[name] = max(worst.get(name, 0), abs(mine[name] - value))
    print(
        f"{count} documents, the peer keeps {kept}; differ: {decisions} decisions, {rules} lists of "
        f"rules, {texts} texts; values {values}, by at most {worst}"
    )
    sys.exit(decisions > count / 1000)


if __name__ == "__main__":
    main()
