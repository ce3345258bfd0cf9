#!/usr/bin/env python3
"""Write RedPajama-V2's signals by their definitions, one JSON line a document.

    reference_redpajama.py INPUT.jsonl OUTPUT.jsonl [MAX_TEXT_BYTES]

Its code is not on PyPI: this is written from its definitions (Weber et al. 2024). Per-line signals
are summed (counts of javascript) or averaged over the lines, as in the pack redpajama-v2.
"""
import json
import math
import re
import string
import sys
import unicodedata
from collections import Counter

PUNCTUATION = {ord(c): None for c in string.punctuation}
BULLETS = tuple("\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013")


def normalise(text):
    text = text.translate(PUNCTUATION).lower().strip()
    return unicodedata.normalize("NFD", re.sub(r"\s+", " ", text))


def ratio(part, whole):
    return round(part / whole, 8) if whole else None


def signals(text):
    normal, raw = normalise(text), re.findall(r"\w+|[^\w\s]+", text)
    words, lines = normal.split(), text.split("\n")
    lines = [s + "\n" for s in lines[:-1]] + [s for s in lines[-1:] if s]
    normal_lines = [normalise(s) for s in lines]
    counts = Counter(words)
    length = sum(map(len, words))
    share = lambda s, test: sum(map(test, s)) / len(s) if s else 0.0
    symbols = sum(text.count(s) for s in ("#", "...", "…"))
    found = {
        "doc_word_count": len(words),
        "doc_mean_word_length": ratio(length, len(words)),
        "doc_symbol_to_word_ratio": ratio(symbols, len(raw)),
        "doc_frac_lines_end_with_ellipsis": ratio(
            sum(s.rstrip().endswith(("...", "…")) for s in lines), len(lines)
        ),
        "doc_frac_no_alph_words": ratio(
            sum(not re.search("[a-zA-Z]", w) for w in raw), len(raw)
        ),
        "doc_frac_unique_words": ratio(len(counts), len(words)),
        "doc_unigram_entropy": round(
            -sum(n / len(words) * math.log(n / len(words)) for n in counts.values()), 8
        )
        if words
        else None,
        "doc_frac_all_caps_words": ratio(sum(map(str.isupper, raw)), len(raw)),
        "doc_num_sentences": len(re.findall(r"\b[^.!?]+[.!?]*", text)),
        "doc_lorem_ipsum": ratio(normal.count("lorem ipsum"), max(len(normal), 1)),
        "doc_curly_bracket": ratio(text.count("{") + text.count("}"), max(len(text), 1)),
        "lines_count": len(lines),
        "lines_javascript_counts": sum(s.split().count("javascript") for s in normal_lines),
        "lines_ending_with_terminal_punctution_mark": ratio(
            sum(s.rstrip().endswith((".", "!", "?", "”")) for s in lines), len(lines)
        ),
        "lines_num_words": ratio(sum(len(s.split()) for s in normal_lines), len(lines)),
        "lines_uppercase_letter_fraction": ratio(
            math.fsum(share(s, str.isupper) for s in lines), len(lines)
        ),
        "lines_numerical_chars_fraction": ratio(
            math.fsum(share(s, str.isnumeric) for s in normal_lines), len(lines)
        ),
        "lines_start_with_bulletpoint": ratio(
            sum(s.lstrip().startswith(BULLETS) for s in lines), len(lines)
        ),
    }
    for n in range(2, 11):
        grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
        counts = Counter(grams)
        if n < 5:
            gram, most = counts.most_common(1)[0] if counts else ((), 0)
            value = sum(map(len, gram)) * most if most > 1 else 0
            found[f"doc_frac_chars_top_{n}gram"] = ratio(value, max(length, 1))
        else:
            covered = {i + k for i, g in enumerate(grams) if counts[g] > 1 for k in range(n)}
            value = sum(len(words[i]) for i in covered)
            found[f"doc_frac_chars_dupe_{n}grams"] = ratio(value, max(length, 1))
    return {f"rps_{name}": value for name, value in found.items()}


def main():
    source, output = sys.argv[1:3]
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else 1 << 62
    total = 0
    with open(source, encoding="utf-8") as lines, open(output, "w", encoding="utf-8") as out:
        for index, line in enumerate(lines):
            text = json.loads(line)["text"]
            total += len(text.encode())
            if total > limit:
                break
            row = {"index": index, "failed": [], "values": signals(text)}
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
