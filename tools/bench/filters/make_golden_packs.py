#!/usr/bin/env python3
"""Make the golden values of the packs dolma-gopher, dolma-c4, dclm and redpajama-v2.

    make_golden_packs.py FOLDER

Writes dolma-taggers.jsonl with Dolma's own taggers, and dclm.jsonl and redpajama-v2.jsonl with the
references of this folder. Texts stand on both sides of each rule's limit, and some are seeded random
strings of marks, spaces and letters of many scripts. Needs dolma 1.2.1, fasttext and uniseg.
"""
import itertools
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(__file__))
import peer_dolma
import reference_dclm
import reference_redpajama
from pack_rules import failed_rules


def names(count, length=5):
    """Different words."""
    letters = itertools.product("abcdefghijklmnop", repeat=3)
    return ["".join(next(letters)) + "x" * (length - 3) for _ in range(count)]


def prose(count, extra=(), length=5):
    """`count` words with two stop words, no pair of words twice."""
    extra = list(extra)
    return " ".join(["the", "of"] + names(count - 2 - len(extra), length) + extra)


def lines(count, start="", end="", marked=0):
    words = iter(names(count * 6))
    rows = [" ".join(next(words) for _ in range(6)) for _ in range(count)]
    rows = [f"{start}{row}{end}" if i < marked else row for i, row in enumerate(rows)]
    return "the of\n" + "\n".join(rows[1:]) if not marked else "\n".join(rows) + " the of"


def limits():
    yield prose(49)
    yield prose(50)
    yield " ".join(names(60))
    yield "the " + " ".join(names(60))
    yield "The OF " + " ".join(names(60))
    yield prose(50, ["#a", "b#", "…", "c…d", "#…#"])
    yield prose(50, ["#a", "b#", "…", "c…d", "#…#", "#"])
    yield prose(50, ["...", "a...", "b...b", ". . .", "# . . . ."])
    yield prose(50, ["1", "2.5", "--"] + ["7"] * 7)
    yield prose(51, ["1", "2.5", "--"] + ["7"] * 8)
    yield "the of " + " ".join(names(26, 3)) + " " + " ".join("ij" for _ in range(28))
    yield prose(60, [], 10)
    yield prose(60, [], 11)
    yield "the of " + " ".join(w + "éü" * 4 for w in names(58, 4))
    for start in "*-•●":
        yield lines(10, start=start + " ", marked=9)
        yield lines(10, start=start + " ", marked=10)
    for end in ("…", "...", ". . .", "… "):
        yield lines(10, end=end, marked=3)
        yield lines(10, end=end, marked=4)
    block = lines(7)
    yield block + "\nsame line here\nother\nsame line here"
    yield block + "\nsame line here\nsame line here\nother\n same line here \nsame line here\nthe of"
    yield block + "\n\nA paragraph twice.\n\nthe of\n\nA paragraph twice."
    yield block + "\n\n\nA paragraph twice.\n\n\n A paragraph twice.\nthe of\n\n\n\nlast"
    for n in range(2, 11):
        repeated = " ".join(names(n, 9))
        for gap in (5, 8):
            yield "the of " + " ".join(f"{repeated} {w}" for w in names(gap * n, 6)[::n])


def line_cases():
    return [
        "",
        " ",
        "\n\n",
        "One line that says what it is.\n\n\n\nAnother line that says the rest.\n\n",
        "Plain words stay here.\nMORE THAN HALF IN Capitals\nHALF half\nHALF hal\nplain words again.",
        "12345\nkept line of words.\n12 345\n١٢٣\n42\n1.2K views\n3 likes\n• 7,000 Followers!\n3 likes too",
        "  \n 99 \nfirst kept line\nword\nItems in cart\n2 items in cart now\nlast kept line\n 5 \n ",
        "one two Items In Cart items in cart three four\na b c d e f g h items in cart\nread more...",
        "some words Read more...\nRead moreabc\nread more..\nsome Read more… and\nalso Read more é!x",
        "Sign-in here now\nSign-in\nsign-in\u00a0here\nplease Sign-in first\n\nlast line of text Read more...",
        "\u00a0\u2003\n3\u00a0shares\n10 LIKES\n5 l\u0130kes\n2 li\u212aes\n_3 likes\n-3 likes-\nx 3 likes\nkept here",
        "var x = { a: 1 };\nUse Javascript, or JAVASCRIPTS.\nLorem Ipsum dolor.\nlorem\nipsum \"quoted\"",
        "Too few.\nEnds without a mark\nEnds with one!\nIs it a \"quote\"\nthree words here?  \n  x y\tz.\n",
        "a\x1cb\x0bc\x00d\x85e\u2028f \u3000g\u200bh\nNUL\x00token é\u0301 Ⅷ ½ ² 中文 한글 각 ΑΣ ΣΑΣ. Σ'α İ Ⓐ ǅ",
        "q\u0323\u0307 q\u0307\u0323 \u1e0b\u0323 d\u0323\u0307 a\u0345\u0301\u0327 \u0344x \u0f73\u0f71 ￼ ﬁ Å Å A\u030a",
        "don't DON'T don-t lorem, ipsum! LOREM-IPSUM JavaScript java-script {x} }} ‣ a\n– b\n▶ c.”\nd ”\n",
        "Mr. Smith went... to Washington?! Yes. _ . 3.14 !! a\nNo end",
    ]


POOLS = [
    list("abcXYZ019"),
    [" ", "\n", "\t", "\n\n", "\n\n\n", " ", " "],
    ["\u00a0", "\u2028", "\u3000", "\x85", "\x1c", "\x0b", "\r\n", "\u200b"],
    list(".!?\"'#*-_{}…”“•●‣–"),
    ["...", ". . .", "lorem ipsum", "JavaScript", "the ", "The ", "BE ", "of ", "have", "with "],
    list("éßЖя中ا٣１²½ⅧⒶǅſKÅ한각ΣΩ😀") + ["日本", "\u0301", "\u0327", "\u0323", "\u0345"],
    ["word ", "again ", "line of text. ", "one two three four five ", "3 likes\n", "READ MORE\n"],
    ["Sign-in now\n", "12345\n", " Read more...\n", "items in cart\n", "next line is here.\n"],
]


def random_texts(count, seed):
    chance = random.Random(seed)
    for _ in range(count):
        pools = chance.sample(POOLS, chance.randint(1, len(POOLS)))
        yield "".join(chance.choice(chance.choice(pools)) for _ in range(chance.randint(1, 60)))


def short(value):
    """Enough digits for a 32-bit float; both sides of a limit stay where they are."""
    return value if value is None else float(f"{value:.10g}")


def write(path, texts, judge):
    rows = []
    for text in texts:
        values, failed, edited = judge(text)
        row = {"text": text, "failed": failed, "values": {k: short(v) for k, v in values.items()}}
        if edited is not None and edited != text:
            row["edited"] = edited
        rows.append(row)
    names = sorted({name for row in rows for name in row["values"]})
    with open(path, "w", encoding="utf-8") as out:
        out.write(json.dumps(names) + "\n")
        for row in rows:
            row["values"] = [row["values"].get(name) for name in names]
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(path, len(rows), "texts,", os.path.getsize(path), "bytes")


def dolma(text):
    values, edited = peer_dolma.tag(text)
    return values, failed_rules(["dolma-gopher", "dolma-c4"], values), edited


def dclm(text):
    values, edited = reference_dclm.judge(text)
    return values, failed_rules(["dclm"], values), edited


def main():
    folder = sys.argv[1]
    cases = list(limits())
    hard = line_cases()
    write(f"{folder}/dolma-taggers.jsonl", cases + hard + list(random_texts(25, 1)), dolma)
    write(f"{folder}/dclm.jsonl", cases + hard + list(random_texts(30, 2)), dclm)
    texts = cases[::6] + hard + list(random_texts(50, 3))
    redpajama = lambda text: (reference_redpajama.signals(text), [], None)
    write(f"{folder}/redpajama-v2.jsonl", texts, redpajama)


if __name__ == "__main__":
    main()
