#!/usr/bin/env python3
"""Make the golden edits of SymbolLines with datatrove 0.10.

    make_golden_symbol_lines.py OUTPUT.jsonl
"""
import json
import random
import sys

from datatrove.pipeline.formatters import SymbolLinesFormatter

TEXTS = [
    "", "\n", "|", "| |\n", "a\n|\nb", "a\n|\n| | |\nb\n", "|\n|\na\n|", " \n|\n \n", "a | b\n||||\n-",
    "a\r\n|\r\nb\rc\u2028|\u2028d", "|\t|\n| |\n", "a\n\n|\n\n|\n\nb", "é\n|é\n•\n• |\n", "|\x0b|\x0ca",
]


def random_texts(count):
    chance = random.Random(7)
    for _ in range(count):
        yield "".join(chance.choice(["|", "| ", " ", "\n", "\n", "a", "•", "\r\n", "b|"])
                      for _ in range(chance.randint(1, 40)))


def main():
    options = [("|", True), ("|", False), ("|•", True)]
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for text in TEXTS + list(random_texts(40)):
            edited = [
                SymbolLinesFormatter(symbols_to_remove=list(symbols), replace_char="\n" if line else "")
                .format(text)
                for symbols, line in options
            ]
            out.write(json.dumps({"text": text, "edited": edited}) + "\n")


if __name__ == "__main__":
    main()
