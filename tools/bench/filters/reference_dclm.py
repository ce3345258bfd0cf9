#!/usr/bin/env python3
"""Write DCLM's values and decisions by their definitions, one JSON line a document.

    reference_dclm.py INPUT.jsonl OUTPUT.jsonl [MAX_TEXT_BYTES]

DCLM is not on PyPI: this is written from its definitions (Li et al. 2024, and the configuration
dclm_baseline_refinedweb), step after step in plain Python, with the word cutters that DCLM uses:
fastText's and uniseg's. `values`, `failed` and `text` are those of the pack dclm.
"""
import json
import os
import re
import sys
from collections import Counter

sys.path.insert(0, os.path.dirname(__file__))
from fasttext.FastText import tokenize
from pack_rules import failed_rules
from uniseg.wordbreak import words as unicode_words

STOP_WORDS = "the be to of and that have with".split()


def tokens(text):
    return [w for w in tokenize(text) if w[0].isalnum()]


def pieces(text, mark):
    return [p.strip() for p in text.split(mark) if p.strip()]


def ratio(part, whole):
    return part / whole if whole else None


def quality(text):
    words, lines = text.split(), pieces(text, "\n")
    symbols = sum(text.count(s) for s in ("#", "...", ". . .", "…"))
    return {
        "dclm_word_count": len(tokens(text)),
        "dclm_mean_word_length": ratio(sum(map(len, words)), len(words)),
        "dclm_symbol_ratio": ratio(symbols, len(words)),
        "dclm_bullet_line_ratio": ratio(sum(s[0] in "●•*-" for s in lines), len(lines)),
        "dclm_ellipsis_line_ratio": ratio(
            sum(s.endswith(("...", ". . .", "…")) for s in lines), len(lines)
        ),
        "dclm_non_alpha_word_ratio": ratio(
            sum(not any(map(str.isalpha, w)) for w in words), len(words)
        ),
        "dclm_stop_word_count": sum(w.lower() in STOP_WORDS for w in words),
    }


def repetition(text):
    values = {"dclm_line_count": len(pieces(text, "\n"))}
    for name, mark in (("line", "\n"), ("para", "\n\n")):
        counts = Counter(pieces(text, mark))
        repeated = {s: n for s, n in counts.items() if n > 1}
        values[f"dclm_dup_{name}_frac"] = ratio(sum(repeated.values()), sum(counts.values()))
        values[f"dclm_dup_{name}_char_frac"] = ratio(
            sum(len(s) * n for s, n in repeated.items()), sum(len(s) * n for s, n in counts.items())
        )
    words = [w for w in unicode_words(text) if w[0].isalnum()]
    length = sum(map(len, words))
    for n in range(2, 11):
        grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
        counts = Counter(grams)
        if n < 5:
            most = max(counts.values(), default=0)
            longest = max((sum(map(len, g)) for g, k in counts.items() if k == most), default=0)
            values[f"dclm_top_{n}_gram"] = ratio(longest * most if most > 1 else 0, length)
        else:
            covered = {i + k for i, g in enumerate(grams) if counts[g] > 1 for k in range(n)}
            values[f"dclm_dup_{n}_gram"] = ratio(sum(len(words[i]) for i in covered), length)
    return values


THINGS = "likes shares comments retweets reposts quotes bookmarks upvotes downvotes downloads views followers"
COUNTER = re.compile(rf"\W*\d[\d,.]*[KkMmBb]?\s+(?:{'|'.join(THINGS.split())})\W*")
PHRASES = [re.compile(p, re.I) for p in (r"\s?items in cart", r"\s?read more...$", r"^sign-in\s?")]


def share(line, test):
    return sum(map(test, line)) / len(line)


def correct_lines(text):
    """RefinedWeb's line corrections; each rule sees the whole text as the one before left it."""
    rules = [
        lambda s: share(s, str.isupper) <= 0.5,
        lambda s: share(s, str.isdigit) <= 0.999999,
        lambda s: not COUNTER.fullmatch(s.lower()),
        lambda s: len(s.split()) >= 2,
    ]
    for i, keeps in enumerate(rules):
        text = "\n".join(s for s in text.split("\n") if not s or keeps(s))
        text = text if i == 3 else text.strip()
    for phrase in PHRASES:
        lines = []
        for line in text.split("\n"):
            new = phrase.sub("", line) if len(line.split()) <= 10 else line
            if not line or new.strip() or len(line.split()) > 10:
                lines.append(new)
        text = "\n".join(lines).strip()
    return text


def judge(text):
    collapsed = re.sub(r"\n{3,}", "\n\n", text)
    corrected = correct_lines(collapsed)
    before, after = len(tokens(collapsed)), len(tokens(corrected))
    values = quality(collapsed) | repetition(collapsed)
    values["refinedweb_words_removed"] = (before - after) / before if before else 1.0
    return values, corrected


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
            values, corrected = judge(text)
            failed = failed_rules(["dclm"], values)
            row = {"index": index, "failed": failed, "values": values, "text": corrected}
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
