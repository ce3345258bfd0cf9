#!/usr/bin/env python3
"""Make the table of what a character is to decontamination: `folded_characters_table.inc`.

    make_folded_characters.py Sources/TextKernels

Two levels from a code point to a place in a pool. Places 0 to 4 are the kinds of folded_words.c: a
part of a word as it stands, white space, punctuation, nothing, a word of its own. A further place is
a record: the number of bytes, then the bytes that the character becomes. They are those of NFKD,
full case folding and NFKD again, without diacritics (marks of combining class 200 and more), in NFC.
"""
import sys
import unicodedata

MAX, BLOCK = 0x110000, 256
WORD, SPACE, PUNCTUATION, NOTHING, LONE = range(5)

# Scripts that are written without spaces: each character counts as a word.
UNSPACED = [
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3040, 0x30FF),
    (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
]


def two_levels(values):
    blocks, index = {}, []
    for start in range(0, MAX, BLOCK):
        index.append(blocks.setdefault(tuple(values[start : start + BLOCK]), len(blocks)))
    assert len(blocks) <= 256
    return index, [value for block in blocks for value in block]


def write_numbers(out, name, numbers):
    out.write(f"static const {name}[{len(numbers)}] = {{\n")
    for start in range(0, len(numbers), 24):
        out.write("".join(f"{number}," for number in numbers[start : start + 24]) + "\n")
    out.write("};\n")


def folded(c):
    form = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", c).casefold())
    kept = "".join(
        x for x in form if unicodedata.category(x)[0] in "LNM" and unicodedata.combining(x) < 200
    )
    return unicodedata.normalize("NFC", kept)


def kind(code, c):
    category = unicodedata.category(c)
    if code == 0x200B or c.isspace():
        return SPACE
    if category == "Cf" or (category[0] == "M" and unicodedata.combining(c) >= 200):
        return NOTHING
    if category[0] in "PSZ" or category == "Cc":
        return PUNCTUATION
    return LONE if any(a <= code <= b for a, b in UNSPACED) else WORD


def main():
    pool, places, records = [0] * 5, [], {}
    for code in range(MAX):
        c = chr(code)
        if code < 0x80 or 0xD800 <= code < 0xE000:
            places.append(WORD)
            continue
        what = kind(code, c)
        form = folded(c)
        if what != WORD or form == c or not form:
            places.append(what)
            continue
        data = form.encode()
        assert len(data) < 256
        if data not in records:
            records[data] = len(pool)
            pool.extend([len(data), *data])
        places.append(records[data])
    assert len(pool) < 65536
    with open(f"{sys.argv[1]}/folded_characters_table.inc", "w") as out:
        out.write(f"// Made by tools/word-tables (Unicode {unicodedata.unidata_version}).\n")
        index, flat = two_levels(places)
        write_numbers(out, "uint8_t fold_block", index)
        write_numbers(out, "uint16_t fold_place", flat)
        write_numbers(out, "uint8_t fold_pool", pool)
    print(len(records), "forms in", len(pool), "bytes")


if __name__ == "__main__":
    main()
