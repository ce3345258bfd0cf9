#!/usr/bin/env python3
"""Write Sources/TextKernels/pretokenizer_classes.h: the classes that the GPT-2 split asks for.

    pip install unicodedata2==16.0.0
    tools/unicode/make_pretokenizer_classes.py > Sources/TextKernels/pretokenizer_classes.h

Unicode 16.0 is what Hugging Face `tokenizers` 0.23 splits by. A later table changes ids, so a new
version belongs into the changelog under "Same input, different bytes".
"""
import unicodedata2 as unicodedata

SHIFT = 7
LETTER, NUMBER, SPACE = 1, 2, 4
# The property White_Space; \s in the pattern.
WHITE_SPACE = {*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029,
               0x202F, 0x205F, 0x3000}


def code_class(code_point):
    if code_point in WHITE_SPACE:
        return SPACE
    return {"L": LETTER, "N": NUMBER}.get(unicodedata.category(chr(code_point))[0], 0)


def main():
    blocks, index = {}, []
    for first in range(0, 0x110000, 1 << SHIFT):
        block = tuple(code_class(c) for c in range(first, first + (1 << SHIFT)))
        index.append(blocks.setdefault(block, len(blocks)))
    assert len(blocks) <= 256
    print("// Made by tools/unicode/make_pretokenizer_classes.py. Unicode", unicodedata.unidata_version)
    print("// Two levels: class_blocks[class_index[c >> %d]][c & %d]." % (SHIFT, (1 << SHIFT) - 1))
    print("#pragma once\n#include <stdint.h>\n")
    print('#define PRETOKENIZER_UNICODE_VERSION "%s"' % unicodedata.unidata_version)
    print("#define CLASS_SHIFT %d" % SHIFT)
    print("enum { CLASS_LETTER = %d, CLASS_NUMBER = %d, CLASS_SPACE = %d };\n" % (LETTER, NUMBER, SPACE))
    print("static const uint8_t class_index[%d] = {" % len(index))
    rows(index)
    print("};\n\nstatic const uint8_t class_blocks[%d][%d] = {" % (len(blocks), 1 << SHIFT))
    for block in blocks:
        print("{")
        rows(block)
        print("},")
    print("};")


def rows(values):
    for i in range(0, len(values), 32):
        print(",".join(map(str, values[i:i + 32])) + ",")


main()
