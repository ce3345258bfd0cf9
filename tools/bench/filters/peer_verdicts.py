#!/usr/bin/env python3
"""Write datatrove's verdicts and every value behind them, one JSON line a document.

    peer_verdicts.py INPUT.jsonl OUTPUT.jsonl [--bytes MAX_TEXT_BYTES] [--verdicts-only]

Needs datatrove 0.10 and spaCy 3.8. `verdicts` holds, under the name of our pack or of a part of one,
the reason that each filter gives (null: kept): Gopher's two, C4, its paragraph filter and FineWeb on the
text as it came; C4 without the rule of end punctuation and FineWeb on what that leaves, and all four in
sequence (`fineweb-heuristics`). `texts` has an XXH3-128 of each text that a filter kept and edited.
`values` are the same measurements taken by hand for all rules, also after the first that fails.
"""
import argparse
import json
import re

import numpy as np
import xxhash
from datatrove.data import Document
from datatrove.pipeline.filters import c4_filters
from datatrove.pipeline.filters.c4_filters import C4ParagraphFilter, C4QualityFilter
from datatrove.pipeline.filters.fineweb_quality_filter import FineWebQualityFilter
from datatrove.pipeline.filters.gopher_quality_filter import STOP_WORDS, GopherQualityFilter
from datatrove.pipeline.filters.gopher_repetition_filter import (
    GopherRepetitionFilter,
    find_all_duplicate,
    find_duplicates,
    find_top_duplicate,
    get_n_grams,
)
from datatrove.utils.text import PUNCTUATION_SET, TERMINAL_PUNCTUATION, split_into_words

# datatrove's statistics of C4's lines, and our signals.
LINE_COUNTS = {
    "line-filter-too_long_word": "c4_long_word_lines",
    "line-filter-no_terminal_punc": "c4_unended_lines",
    "line-filter-too_few_words": "c4_few_word_lines",
    "line-filter-javascript": "c4_javascript_lines",
    "line-filter-policy": "c4_policy_lines",
    "line-kept": "c4_kept_lines",
}


def ratio(a, b):
    return a / b if b else None


def values(text):
    """Gopher's measurements, and a count and an xxHash64 of the words."""
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


def paragraph_values(text):
    """The measurement of C4's paragraph filter."""
    longest = sorted((len(line) for line in text.split("\n")), reverse=True)
    return {"third_longest_line": longest[2] if len(longest) > 2 else 0}


def fineweb_values(text):
    lines = [line for line in text.split("\n") if line.strip() != ""]
    return {
        "nonblank_line_count": len(lines),
        "line_punct_ratio": ratio(sum(line.endswith(tuple(TERMINAL_PUNCTUATION)) for line in lines), len(lines)),
        "short_line_ratio": ratio(sum(len(line) <= 30 for line in lines), len(lines)),
        "char_dup_ratio": ratio(find_duplicates(lines)[1], len(text.replace("\n", ""))),
        "list_ratio": ratio(text.count("\n"), len(split_into_words(text))),
    }


def reason(verdict):
    return None if verdict is True else verdict[1] if isinstance(verdict, tuple) else "unnamed"


class CountingC4(C4QualityFilter):
    """Keeps the line statistics and the sentences of one document."""

    def stat_update(self, *labels, **_):
        for label in labels:
            self.counts[label] = self.counts.get(label, 0) + 1

    def judge(self, text):
        """The reason or None, the counts under our names, and the text after the filter."""
        self.counts, sentences = {}, []
        split, document = c4_filters.split_into_sentences, Document(text=text, id="0")

        def counting(*arguments):
            found = split(*arguments)
            sentences.append(len(found))
            return found

        c4_filters.split_into_sentences = counting
        try:
            why = reason(self.filter(document))
        finally:
            c4_filters.split_into_sentences = split
        counts = {ours: self.counts.get(theirs, 0) for theirs, ours in LINE_COUNTS.items()}
        return why, counts | {"c4_sentence_count": sum(sentences)}, document.text


def judged(filter, text):
    """The reason that a filter gives; `error` where it fails on the text."""
    try:
        return reason(filter.filter(Document(text=text, id="0")))
    except ZeroDivisionError:
        return "error"


class Peer:
    def __init__(self):
        self.quality, self.repetition = GopherQualityFilter(), GopherRepetitionFilter()
        self.c4, self.c4_unended = CountingC4(), CountingC4(filter_no_terminal_punct=False)
        self.paragraphs, self.fineweb = C4ParagraphFilter(), FineWebQualityFilter()

    def row(self, text):
        """All verdicts, digests of the edited texts, and values, of one text."""
        digest = lambda edited: xxhash.xxh3_128_hexdigest(edited.encode())
        c4, counts, kept = self.c4.judge(text)
        unended, unended_counts, edited = self.c4_unended.judge(text)
        verdicts = {
            "gopher-repetition": judged(self.repetition, text),
            "gopher-quality": judged(self.quality, text),
            "c4": c4,
            "c4-paragraphs": judged(self.paragraphs, text),
            "fineweb-quality": judged(self.fineweb, text),
            "chain-c4": unended,
        }
        texts = {} if c4 else {"c4": digest(kept)}
        if not unended:
            verdicts["chain-fineweb"] = judged(self.fineweb, edited)
            texts["fineweb-heuristics"] = digest(edited)
        order = ["gopher-repetition", "gopher-quality", "chain-c4", "chain-fineweb"]
        verdicts["fineweb-heuristics"] = next((verdicts[n] for n in order if verdicts.get(n)), None)
        # A document reason ends the walk over the lines, and the counts with it.
        ends = ("lorem_ipsum", "curly_bracket")
        found = {"fineweb-quality": fineweb_values(text), "c4-paragraphs": paragraph_values(text)}
        if c4 not in ends:
            found["c4"] = counts
        if unended not in ends:
            found["fineweb-heuristics"] = unended_counts
        if not unended:
            found["fineweb-heuristics"].update(fineweb_values(edited))
        return {"verdicts": verdicts, "texts": texts, "values": found}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--bytes", type=int, default=1 << 62)
    parser.add_argument("--verdicts-only", action="store_true", help="without Gopher's values")
    options = parser.parse_args()
    peer, total = Peer(), 0
    with open(options.input, encoding="utf-8") as lines, open(options.output, "w", encoding="utf-8") as out:
        for index, line in enumerate(lines):
            text = json.loads(line)["text"]
            total += len(text.encode())
            if total > options.bytes:
                break
            row = {"index": index, **peer.row(text)}
            if not options.verdicts_only:
                row["values"]["gopher"], row["words"] = values(text)
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
