#!/usr/bin/env python3
"""Write datatrove's Gopher verdicts and every value behind them, one JSON line a document.

    peer_verdicts.py INPUT.jsonl OUTPUT.jsonl [MAX_TEXT_BYTES]

Needs datatrove 0.10 and spaCy 3.8. `quality` and `repetition` are the reasons that the two filters
give (null: kept); `values` are the same measurements taken by hand for all rules, also after the
first that fails; `words` is the number of words with an xxHash64 over all of them.
"""
import json
import re
import sys

import numpy as np
import xxhash
from datatrove.data import Document
from datatrove.pipeline.filters.gopher_quality_filter import STOP_WORDS, GopherQualityFilter
from datatrove.pipeline.filters.gopher_repetition_filter import (
    GopherRepetitionFilter,
    find_all_duplicate,
    find_duplicates,
    find_top_duplicate,
    get_n_grams,
)
from datatrove.utils.text import PUNCTUATION_SET, split_into_words


def ratio(a, b):
    return a / b if b else None


def values(text):
    words = split_into_words(text)
    letters = [w for w in words if any(c not in PUNCTUATION_SET for c in w)]
    lines = text.splitlines()
    found = {
        "token_count": len(words),
        "word_count": len(letters),
        "mean_word_length": float(np.mean([len(w) for w in letters])) if letters else None,
        "hash_ratio": ratio(text.count("#"), len(words)),
        "ellipsis_ratio": ratio(text.count("...") + text.count("…"), len(words)),
        "bullet_line_ratio": ratio(sum(s.lstrip().startswith(("•", "-")) for s in lines), len(lines)),
        "ellipsis_line_ratio": ratio(sum(s.rstrip().endswith(("...", "…")) for s in lines), len(lines)),
        "alpha_word_ratio": ratio(sum(any(c.isalpha() for c in w) for w in words), len(words)),
        "stop_word_count": len(set(STOP_WORDS) & set(words)),
        "char_count": len(text),
        "byte_count": len(text.encode()),
        "line_count": len(lines),
    }
    if text:
        paragraphs = re.split(r"\n{2,}", text.strip())
        count, chars = find_duplicates(paragraphs)
        found["dup_para_frac"] = count / len(paragraphs)
        found["dup_para_char_frac"] = chars / len(text)
        segments = re.split(r"\n+", text)
        count, chars = find_duplicates(segments)
        found["dup_line_frac"] = count / len(segments)
        found["dup_line_char_frac"] = chars / len(text)
        for n in range(2, 5):
            grams = get_n_grams(words, n)
            found[f"top_{n}_gram"] = find_top_duplicate(grams) / len(text) if grams else 0.0
        for n in range(5, 11):
            found[f"dup_{n}_gram"] = find_all_duplicate(words, n) / len(text)
    digest = xxhash.xxh64("\n".join(words).encode()).hexdigest()
    return found, {"count": len(words), "xxh64": digest}


def reason(verdict):
    return None if verdict is True else verdict[1] if isinstance(verdict, tuple) else "unnamed"


def main():
    source, output = sys.argv[1:3]
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else 1 << 62
    quality, repetition = GopherQualityFilter(), GopherRepetitionFilter()
    total = 0
    with open(source, encoding="utf-8") as lines, open(output, "w", encoding="utf-8") as out:
        for index, line in enumerate(lines):
            text = json.loads(line)["text"]
            total += len(text.encode())
            if total > limit:
                break
            document = Document(text=text, id=str(index))
            found, words = values(text)
            row = {
                "index": index,
                "quality": reason(quality.filter(document)),
                "repetition": reason(repetition.filter(document)),
                "words": words,
                "values": found,
            }
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
