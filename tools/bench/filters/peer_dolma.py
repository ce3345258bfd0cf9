#!/usr/bin/env python3
"""Write what Dolma's taggers gopher_v2 and c4_v2 say of each document, one JSON line each.

    peer_dolma.py INPUT.jsonl OUTPUT.jsonl [MAX_TEXT_BYTES]

Needs dolma 1.2.1. `values` are the taggers' attributes under the names of our signals, `failed` the
rules of the packs dolma-gopher and dolma-c4 applied to them, `text` the document without the spans
that the pack's edit takes away.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from dolma.core.data_types import Document
from dolma.taggers.c4 import FasterC4Tagger
from dolma.taggers.gopher import GopherTaggerV2
from pack_rules import failed_rules

GOPHER = {
    "word_count": "dolma_word_count",
    "median_word_length": "dolma_median_word_length",
    "symbol_to_word_ratio": "dolma_symbol_word_ratio",
    "fraction_of_words_with_alpha_character": "dolma_alpha_word_ratio",
    "required_word_count": "dolma_required_word_count",
    "fraction_of_lines_starting_with_bullet_point": "dolma_bullet_line_ratio",
    "fraction_of_lines_ending_with_ellipsis": "dolma_ellipsis_line_ratio",
    "fraction_of_duplicate_lines": "dolma_dup_line_frac",
    "fraction_of_characters_in_duplicate_lines": "dolma_dup_line_char_frac",
    **{f"fraction_of_characters_in_most_common_{n}grams": f"dolma_top_{n}_gram" for n in range(2, 5)},
    **{f"fraction_of_characters_in_duplicate_{n}grams": f"dolma_dup_{n}_gram" for n in range(5, 11)},
}
FLAGS = ("has_curly_brace", "has_lorem_ipsum", "has_javascript")
LINES = {"lines_with_no_ending_punctuation": "no_end", "lines_with_too_few_words": "short"}


def tag(text, gopher=GopherTaggerV2(), c4=FasterC4Tagger()):
    """The attributes of both taggers, and the text without the marked lines."""
    document = Document(source="", id="", text=text)
    values = {}
    for span in gopher.predict(document).spans:
        if span.type in GOPHER:
            values[GOPHER[span.type]] = span.score
    spans = c4.predict(document).spans
    for flag in FLAGS:
        values[f"dolma_{flag}"] = float(any(s.type == flag for s in spans))
    lines = next(s.score for s in spans if s.type == "line_count")
    values["dolma_c4_line_count"] = lines
    removed = set()
    for kind, name in LINES.items():
        marked = [s for s in spans if s.type == kind]
        values[f"dolma_{name}_line_ratio"] = len(marked) / lines
        if text:
            ratio = "no_end_char_ratio" if name == "no_end" else "short_line_char_ratio"
            values[f"dolma_{ratio}"] = sum(s.end - s.start for s in marked) / len(text)
        removed.update((s.start, s.end) for s in marked)
    kept, at = [], 0
    for start, end in sorted(removed):
        kept.append(text[at:start])
        at = end
    return values, "".join(kept) + text[at:]


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
            values, edited = tag(text)
            row = {
                "index": index,
                "failed": failed_rules(["dolma-gopher", "dolma-c4"], values),
                "values": values,
                "text": edited,
            }
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
