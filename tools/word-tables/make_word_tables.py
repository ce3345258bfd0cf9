#!/usr/bin/env python3
"""Make the tables behind the English words of datatrove's rules.

    make_word_tables.py Sources/TextKernels

Needs spaCy 3.8 and datatrove 0.10 on a Python with Unicode 14 (3.11): every table entry is asked of
spaCy's own compiled expressions, so nothing is copied by hand. Writes
`character_classes_table.inc` (16 class bits a code point, two levels), `sentence_classes_table.inc`
(what ends sentences and lines, likewise) and `english_words_table.inc` (special cases, the token
sequences that spaCy joins again, unit names).
"""
import re
import sys
import unicodedata

import spacy
from datatrove.utils.text import PUNCTUATION_SET, TERMINAL_PUNCTUATION
from number_tables import BLOCK, MAX, write_numbers
from spacy.lang import char_classes as classes
from spacy.lang.lex_attrs import is_punct
from spacy.pipeline import Sentencizer
from spacy.tokenizer import Tokenizer


def class_bits(nlp):
    """The bit of each class, in the order of `character_class` in character_classes.h."""
    prefix, suffix = nlp.tokenizer.prefix_search, nlp.tokenizer.suffix_search
    inside = lambda body: re.compile(f"[{body}]").fullmatch
    alpha, lower = inside(classes.ALPHA), inside(classes.ALPHA_LOWER)
    upper, quote, icon = inside(classes.ALPHA_UPPER), inside(classes.CONCAT_QUOTES), inside(classes.ICONS)
    before_dot = inside(
        r"0-9{al}{e}{p}(?:{q})".format(
            al=classes.ALPHA_LOWER, e=r"%²\-\+", q=classes.CONCAT_QUOTES, p=classes.PUNCT
        )
    )
    currency = re.compile(classes.CURRENCY).fullmatch
    host = inside(r"A-Za-z0-9\u00a1-\uffff")
    digit, word = re.compile(r"\d").fullmatch, re.compile(r"\w").fullmatch
    return [
        str.isspace,
        str.isalpha,
        lambda c: c in PUNCTUATION_SET,
        alpha,
        lower,
        upper,
        lambda c: c != "+" and prefix(c),
        suffix,
        quote,
        icon,
        before_dot,
        currency,
        host,
        digit,
        word,
        lambda c: len(("a" + c + "b").splitlines()) == 2,
    ]


def sentence_bits():
    """The bit of each class, in the order of sentence_classes.h."""
    marks = set(Sentencizer.default_punct_chars)
    return [is_punct, lambda c: c in marks, lambda c: c in TERMINAL_PUNCTUATION]


def write_classes(tests, kind, name, path):
    blocks, index = {}, []
    for start in range(0, MAX, BLOCK):
        values = []
        for code in range(start, start + BLOCK):
            c = chr(code)
            surrogate = 0xD800 <= code < 0xE000
            values.append(0 if surrogate else sum(bool(t(c)) << i for i, t in enumerate(tests)))
        index.append(blocks.setdefault(tuple(values), len(blocks)))
    with open(path, "w") as out:
        out.write(f"// Made by tools/word-tables (Unicode {unicodedata.unidata_version}).\n")
        write_numbers(out, "const uint8_t", f"{name}_block[{len(index)}]", index)
        flat = [v for block in blocks for v in block]
        write_numbers(out, f"const {kind}", f"{name}_bits[{len(flat)}]", flat)
    assert len(blocks) <= 256


def quoted(text):
    return '"' + "".join(
        chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in text.encode()
    ) + '"'


def write_words(nlp, path):
    tokenizer = nlp.tokenizer
    plain = Tokenizer(
        nlp.vocab,
        rules={},
        prefix_search=tokenizer.prefix_search,
        suffix_search=tokenizer.suffix_search,
        infix_finditer=tokenizer.infix_finditer,
        url_match=tokenizer.url_match,
    )
    cases, sequences = [], []
    for text, parts in sorted(tokenizer.rules.items()):
        if any(c.isspace() for c in text):
            continue
        pieces = [part[65] if 65 in part else part["ORTH"] for part in parts]
        pieces = [nlp.vocab.strings[p] if isinstance(p, int) else p for p in pieces]
        assert "".join(pieces) == text
        cases.append((text, [len(p.encode()) for p in pieces]))
        if tokenizer.find_prefix(text) or tokenizer.find_infix(text) or tokenizer.find_suffix(text):
            tokens = [t.text for t in plain(text)]
            if len(tokens) > 1:
                sequences.append((text, [len(t.encode()) for t in tokens]))
    units = sorted(set(classes.LIST_UNITS), key=lambda u: (len(u.encode()), u))
    with open(path, "w") as out:
        out.write(f"// Made by tools/word-tables (spaCy {spacy.__version__}).\n")
        for name, rows in (("special_cases", cases), ("joined_sequences", sequences)):
            out.write(f"static const cut_text {name}[{len(rows)}] = {{\n")
            for text, lengths in rows:
                out.write(f"  {{{quoted(text)}, {{{', '.join(map(str, lengths))}}}}},\n")
            out.write("};\n")
        out.write(f"static const char *const unit_names[{len(units)}] = {{\n")
        for unit in units:
            out.write(f"  {quoted(unit)},\n")
        out.write("};\n")
    return cases, sequences, units


if __name__ == "__main__":
    folder = sys.argv[1]
    blank = spacy.blank("en")
    write_classes(class_bits(blank), "uint16_t", "character", f"{folder}/character_classes_table.inc")
    write_classes(sentence_bits(), "uint8_t", "sentence", f"{folder}/sentence_classes_table.inc")
    cases, sequences, units = write_words(blank, f"{folder}/english_words_table.inc")
    print(len(cases), "special cases,", len(sequences), "sequences,", len(units), "units")
    print("longest case", max(len(t.encode()) for t, _ in cases), "bytes,", max(len(p) for _, p in cases), "parts")
    print("longest sequence", max(len(p) for _, p in sequences), "tokens")
