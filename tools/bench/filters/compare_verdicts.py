#!/usr/bin/env python3
"""Compare `bench-filters --verdicts` with `peer_verdicts.py`: verdicts, reasons, values and texts.

    compare_verdicts.py OURS.jsonl PEER.jsonl

A verdict is kept or dropped; of reasons, the peer's first one must be among our failed rules. Values
are compared as 32-bit floats, edited texts by their digests. Prints each document that differs; exits
1 where fewer than 99.9% of the verdicts of a pack agree.
"""
import json
import sys

import numpy as np

NAMES = {"token_count": "word_and_symbol_count"}
# Measured by hand only.
UNMEASURED = {"byte_count", "line_count"}
# The peer's reasons that are no names of rules.
REASONS = {"< 3 paragraphs": "too_few_paragraphs"}
FINEWEB_REASONS = {"empty": "fineweb_empty"}
# What we ask of a part of the chain: its rules in the pack that has them all.
C4 = {"lorem_ipsum", "curly_bracket", "too_few_sentences"}
FINEWEB = {"fineweb_empty", "line_punct_ratio", "short_line_ratio", "char_dup_ratio", "list_ratio"}
PARTS = {"chain-c4": ("fineweb-heuristics", C4), "chain-fineweb": ("fineweb-heuristics", FINEWEB)}
# Which pack's values stand beside each set of the peer's.
VALUES = {"gopher": ("gopher-quality", "gopher-repetition")}


def main():
    ours = [json.loads(line) for line in open(sys.argv[1])]
    peer = [json.loads(line) for line in open(sys.argv[2])]
    verdicts, differ, first, values, texts = {}, {}, {}, {}, {}
    for index, (a, b) in enumerate(zip(ours, peer)):
        for name, why in b["verdicts"].items():
            pack, rules = PARTS.get(name, (name, None))
            failed = [rule for rule in a[pack]["failed"] if rules is None or rule in rules]
            renamed = FINEWEB_REASONS if name in ("fineweb-quality", "chain-fineweb") else REASONS
            why = renamed.get(why, why)
            verdicts[name] = verdicts.get(name, 0) + 1
            if bool(failed) != (why is not None) or (why is not None and why not in failed):
                differ[name] = differ.get(name, 0) + 1
                print(f"document {index}: {name} {failed}, peer {why}")
            elif failed and failed[0] != why:
                first[name] = first.get(name, 0) + 1
        for name, digest in b["texts"].items():
            texts.setdefault(name, [0, 0])[0] += 1
            if a[name]["text"] != digest:
                texts[name][1] += 1
                print(f"document {index}: the text that {name} leaves differs")
        for group, found in b["values"].items():
            mine = {}
            for pack in VALUES.get(group, (group,)):
                mine.update(a[pack]["values"])
            for name, value in found.items():
                if name in UNMEASURED:
                    continue
                got = mine.get(NAMES.get(name, name))
                if got is None and value is None:
                    continue
                if got is None or value is None or np.float32(got) != np.float32(value):
                    key = f"{group}.{name}"
                    values[key] = values.get(key, 0) + 1
                    print(f"document {index}: {key} {got}, peer {value}")
    for name, count in verdicts.items():
        share = 100 - 100 * differ.get(name, 0) / count
        print(f"{name}: {count} documents, {differ.get(name, 0)} differ, {share:.3f}% agree, "
              f"{first.get(name, 0)} list another rule first")
    for name, (count, other) in texts.items():
        print(f"{name}: {count} edited texts, {other} differ")
    print("values that differ:", values or "none")
    sys.exit(any(n > verdicts[name] / 1000 for name, n in differ.items()))


if __name__ == "__main__":
    main()
