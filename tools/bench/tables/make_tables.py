#!/usr/bin/env python3
"""Makes the tables that bench-tables reads.

usage: make_tables.py docs.jsonl FOLDER

FOLDER/docs.csv    id, text and source of the documents
FOLDER/short.csv   2,000,000 rows of six short fields, `text` one of them
"""
import csv
import json
import random
import sys


def main():
    source, folder = sys.argv[1:]
    with open(f"{folder}/docs.csv", "w", newline="", encoding="utf-8") as output:
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(["id", "text", "source"])
        for line in open(source, encoding="utf-8"):
            row = json.loads(line)
            writer.writerow([row["id"], row["text"], row.get("source", "")])
    draw = random.Random(1)
    words = [f"word{n}" for n in range(5000)]
    with open(f"{folder}/short.csv", "w", newline="", encoding="utf-8") as output:
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(["id", "text", "source", "score", "language", "year"])
        for n in range(2_000_000):
            text = " ".join(draw.choices(words, k=3))
            writer.writerow(
                [n, text, draw.choice(words), round(draw.random(), 4), "en", draw.randint(1990, 2025)])


main()
