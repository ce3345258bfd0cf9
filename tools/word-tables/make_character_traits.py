#!/usr/bin/env python3
"""Make the tables of what a character is to Python's `str`, and of its lower-case normal form.

    make_character_traits.py Sources/TextKernels

Run it on a Python with Unicode 14 (3.11), as make_word_tables.py: every entry is asked of `str` and
`unicodedata`. Writes `character_traits_table.inc` (8 trait bits a code point, two levels) and
`normal_forms_table.inc` (code points that lower() and NFD change, or that NFD may move).
"""
import sys
import unicodedata

from make_word_tables import BLOCK, MAX, write_numbers

SIGMA = "\u03a3"


def is_final_sigma(before):
    """Whether a capital sigma behind this text ends a word for `lower`."""
    return (before + SIGMA).lower().endswith("\u03c2")


def traits(c):
    """Bits in the order of character_traits.h."""
    cased = is_final_sigma("1" + c)
    tests = [
        c.isupper(),
        c.islower(),
        unicodedata.category(c) == "Lt",
        c.isdigit(),
        c.isnumeric(),
        c.isalnum(),
        is_final_sigma("a" + c) and not cased,
        cased,
    ]
    return sum(bool(test) << i for i, test in enumerate(tests))


def two_levels(values):
    blocks, index = {}, []
    for start in range(0, MAX, BLOCK):
        index.append(blocks.setdefault(tuple(values[start : start + BLOCK]), len(blocks)))
    assert len(blocks) <= 256
    return index, [v for block in blocks for v in block]


def main():
    folder = sys.argv[1]
    surrogates = range(0xD800, 0xE000)
    bits, forms, pool = [], [], [0]
    records = {}
    for code in range(MAX):
        c = chr(code)
        if code in surrogates:
            bits.append(0)
            forms.append(0)
            continue
        bits.append(traits(c))
        form = unicodedata.normalize("NFD", c.lower())
        first, last = (unicodedata.combining(form[i]) for i in (0, -1))
        hangul = 0xAC00 <= code < 0xD7A4
        if hangul or code < 0x80 or (form == c and not first):
            forms.append(0)
            continue
        assert sum(map(str.isnumeric, form)) == c.isnumeric(), hex(code)
        assert not any(map(str.isspace, form)) or c.isspace(), hex(code)
        assert len(form.encode()) <= 3 * len(c.encode())
        record = (len(form.encode()), len(form), first, last, *form.encode())
        if record not in records:
            records[record] = len(pool)
            pool.extend(record)
        forms.append(records[record])
    assert len(pool) < 65536
    made = f"// Made by tools/word-tables (Unicode {unicodedata.unidata_version}).\n"
    with open(f"{folder}/character_traits_table.inc", "w") as out:
        out.write(made)
        index, flat = two_levels(bits)
        write_numbers(out, "uint8_t", f"trait_block[{len(index)}]", index)
        write_numbers(out, "uint8_t", f"trait_bits[{len(flat)}]", flat)
    with open(f"{folder}/normal_forms_table.inc", "w") as out:
        out.write(made)
        index, flat = two_levels(forms)
        write_numbers(out, "uint8_t", f"form_block[{len(index)}]", index)
        write_numbers(out, "uint16_t", f"form_place[{len(flat)}]", flat)
        write_numbers(out, "uint8_t", f"form_pool[{len(pool)}]", pool)
    print(len(records), "forms in", len(pool), "bytes")


if __name__ == "__main__":
    main()
