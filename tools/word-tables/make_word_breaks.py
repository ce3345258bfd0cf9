#!/usr/bin/env python3
"""Make the table of Unicode's word break property (UAX #29).

    make_word_breaks.py Sources/TextKernels/word_breaks_table.inc

Needs uniseg 0.10 (Unicode 16), whose property values are asked for every code point. One byte a code
point, two levels: the property in the order of `word_break` in unicode_words.c, and bit 5 for
Extended_Pictographic.
"""
import sys

from number_tables import BLOCK, MAX, write_numbers
from uniseg.emoji import extended_pictographic
from uniseg.wordbreak import WordBreak, word_break

ORDER = [
    "OTHER", "CR", "LF", "NEWLINE", "EXTEND", "ZWJ", "FORMAT", "REGIONAL_INDICATOR", "KATAKANA",
    "HEBREW_LETTER", "ALETTER", "SINGLE_QUOTE", "DOUBLE_QUOTE", "MIDNUMLET", "MIDLETTER", "MIDNUM",
    "NUMERIC", "EXTENDNUMLET", "WSEGSPACE",
]
PICTOGRAPHIC = 32


def value(code):
    if 0xD800 <= code < 0xE000:
        return 0
    c = chr(code)
    return ORDER.index(word_break(c).name) | (PICTOGRAPHIC if extended_pictographic(c) else 0)


def main():
    assert set(ORDER) == set(WordBreak.__members__)
    blocks, index = {}, []
    for start in range(0, MAX, BLOCK):
        values = tuple(value(code) for code in range(start, start + BLOCK))
        index.append(blocks.setdefault(values, len(blocks)))
    assert len(blocks) <= 256
    with open(sys.argv[1], "w") as out:
        out.write("// Made by tools/word-tables (Unicode 16.0.0).\n")
        write_numbers(out, "static const uint8_t", f"word_break_block[{len(index)}]", index)
        flat = [v for block in blocks for v in block]
        write_numbers(out, "static const uint8_t", f"word_break_values[{len(flat)}]", flat)


if __name__ == "__main__":
    main()
