#!/usr/bin/env python3
"""Derive the stop words of a language from texts in it.

    derive_stop_words.py [--share 0.006] [--most 16] [--texts UNITS] TEXT_FILE...

A stop word is one of at most 16 words that make up at least 0.6% of all words of the texts, are written
in small letters, and occur in at least a fifth of the texts' pieces of 100 words, so that the subject of
a text does not become a stop word. Words are runs of letters; one that ends at an apostrophe (l', d')
is left out, because words by Unicode's rules do not end there. Files are plain text, or JSON lines with
a member `text`; `.zst` and `.gz` are read too. Prints the words, the most frequent first, with their
shares in per mille.

The lists in Sources/Curation/Signals/StopWordLists.swift come from the Universal Declaration of Human
Rights and from sentences of the Leipzig corpora (Lingua's test data): see make_stop_word_lists.py.
"""
import argparse
import collections
import gzip
import json
import re
import subprocess

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]*)?")
PIECE = 100


def lines(path):
    if path.endswith(".zst"):
        data = subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout
    elif path.endswith(".gz"):
        data = gzip.open(path).read()
    else:
        data = open(path, "rb").read()
    return data.decode("utf-8", "replace").split("\n")


def texts(path):
    for line in lines(path):
        yield json.loads(line).get("text", "") if line.startswith("{") else line


def stop_words(texts, share=0.006, most=16):
    counts, spread, piece, total = collections.Counter(), collections.Counter(), set(), 0
    pieces = 0
    for text in texts:
        for word in WORD.findall(text):
            total += 1
            if word == word.lower() and not word.endswith(("'", "’")) and "'" not in word:
                counts[word] += 1
                piece.add(word)
            if total % PIECE == 0:
                spread.update(piece)
                piece = set()
                pieces += 1
    return [
        (word, count / total)
        for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if count >= share * total and spread[word] >= pieces / 5
    ][:most]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--share", type=float, default=0.006)
    parser.add_argument("--most", type=int, default=16)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    found = stop_words((t for f in options.files for t in texts(f)), options.share, options.most)
    for word, share in found:
        print(f"{word}\t{share * 1000:.1f}")


if __name__ == "__main__":
    main()
