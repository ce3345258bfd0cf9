#!/usr/bin/env python3
"""Make the golden verdicts and values of C4's and FineWeb's rules with datatrove.

    make_golden_lines.py OUTPUT.jsonl

Texts stand at the boundary of each rule, and seeded random ones are put together from what the rules
look for. Values of 0 are left out.
"""
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bench", "filters"))
import numpy as np
from peer_verdicts import Peer

FIVE = "The first line is here.\nThe second one follows it.\nA third comes now.\nThen a fourth.\nA fifth ends it."


def filled(ended, short, long, ends="."):
    """Lines of which `ended` end in punctuation; `short` have 30 code points and `long` 31."""
    lines = []
    for i in range(short + long):
        width = 30 if i < short else 31
        line = f"line {i} " + "abcdefghijklmnopqrstuvwxyz" * 2
        lines.append(line[: width - 1] + (ends if i < ended else "x"))
    return "\n".join(lines)


C4_TEXTS = [
    "",
    " \n\t\n",
    FIVE,
    FIVE.rsplit("\n", 1)[0],
    "One. Two. Three. Four.",
    "One. Two. Three. Four. Five.",
    # Long words.
    f"{FIVE}\nIt has {'w' * 1000} in it.",
    f"{FIVE}\nIt has {'w' * 1001} in it.",
    f"{FIVE}\nIt has {'é' * 1000} in it.",
    # Few words, by white space of many kinds.
    f"{FIVE}\ntwo words.\nhere are three.\n\n-\na\u00a0b\u3000c.\na\u200bb c.\n* - .",
    # Ends of lines.
    f"{FIVE}\nit ends so?\nit ends so!\nit ends \"so\"\nit ends 'so'\nit ends so\nit ends so...\nit ends so..\n"
    "it ends so…\nit ends “so.”\nit ends so.)\nit ends so. \nit ends so:\n... ... ...",
    # Citation marks.
    f"{FIVE}\nIt is known.[1]\nIt is known. [12]\nIt is [edit] known.\nIt is [Edit] known.\nIt is known[].\n"
    "It is known[citation needed].\nIt is known [a].\nIt is known [٣][३].\nIt is known [1.\nIt [[2]] is known.\n"
    "[1] It is known.\n[1] [2] [3]\nIt is known.[1]  [2]\nIt is known. [1]\"",
    "[1] It starts so. [2]\nIt is so. [3] Is it so? [4]\nIt is so.[5]  It is so! [6] [7]\nWe can[8] not. We don[9]t.",
    "[1] [2] [3]\nIt goes on. It goes on. It goes on. It goes on. It goes on.\n[4] [5] [6]",
    # JavaScript, curly brackets, lorem ipsum, policies.
    f"{FIVE}\nPlease turn JavaScript on.\nPlease turn java script on.\nUse java[1]script here.\nIt says JAVASCRIPT.",
    f"{FIVE}\nIt has a {{ bracket.",
    f"{FIVE}\nIt {{\nuse {{ in javascript now.",
    f"{FIVE}\nHere Lorem Ipsum stands.",
    f"{FIVE}\nlorem ipsum\nlorem  ipsum is wide.\nlorem\nipsum",
    f"{FIVE}\nlorem ipsum in javascript {{.",
    f"{FIVE}\nA bracket {{ comes first.\nThen lorem ipsum comes.",
    f"{FIVE}\nlorem[1] ipsum is hidden here.",
    f"{FIVE}\nRead our Terms of Use.\nRead our privacy policy.\nRead our cookie policy.\nIt uses cookies here.\n"
    "The use of cookies helps.\nWe use cookies here.\nWe used cookies here.\nOur policy is good.\nThe terms of us.\n"
    "We use coo\u212aies here.\nThe coo\u212aIE POLICY is here.\nOur prıvacy polİcy is good.\ncookies are good here.",
    # Sentences.
    "Is it? It is! \"It is.\" It 'is'. He said: \"no.\" Mr. Smith e.g. went. Well... well. End",
    "a.  b.\u00a0c.\td.  . e.  \"f\"",
    "।हाँ। नहीं। अच्छा।\n一。二。三！四？\nkey。 value",
    "a b c ! ! ! d ?! e .) f .\" g\n. . . h",
    "One line here\r\nanother line there\x0ba third one\x0cand a fourth\x1cthen a fifth\x85a sixth\u2028seventh line is\u2029eighth line is",
    "  \u00a0\n  The first is here.  \n\n\n\u3000The second is here.\u3000\n\t\nA third is here.\r\n\r\nOne more of it.\nThe last of them.\n \n",
]
FINEWEB_TEXTS = [
    "\n\u00a0\n \t",
    filled(3, 10, 15),
    filled(2, 10, 15),
    filled(0, 10, 15),
    filled(40, 67, 33),
    filled(40, 68, 32),
    filled(25, 10, 15, "。"),
    filled(25, 10, 15, "”"),
    filled(25, 10, 15, "\u17d4"),
    filled(25, 10, 15, ". "),
    "é" * 30 + ".\n" + "é" * 29 + ".\n" + "𝒳" * 30,
    # One in a hundred code points is a line again, and a little more.
    "a\na\n" + "b" * 97 + ".",
    "a\na\n" + "b" * 96 + ".",
    "ab\n\nab \n \nab\nab.",
    # Newlines for each word.
    "\n".join(["w" * 20 + " " + "v" * 20 + " u"] * 3 + ["end."]).replace("w", "x", 30).replace("v", "y", 30),
    "\n".join(["w" * 20 + " " + "v" * 20] * 3 + ["the end is."]).replace("w", "x", 30).replace("v", "y", 30),
    "one\n\n\n\ntwo three four five six seven eight nine ten eleven twelve.\n",
    # Three long lines.
    "x" * 200 + "\n" + "é" * 200 + "\n" + "y " * 100,
    "x" * 200 + "\n" + "é" * 199 + "\n" + "y " * 100,
    "x" * 200 + "\n" + "é" * 400,
]


def random_texts(count):
    chance = random.Random(11)
    pools = [
        ["word ", "the ", "of ", "It ", "is ", "so", "a"],
        [". ", "? ", "! ", "...", ".\"", ".  ", ".\u00a0", "。", "।", ")", "\"", "'", ":", "…"],
        ["\n", "\n\n", "\r\n", "\u2028", "\x85", " \n", "\n\u3000"],
        ["[1]", "[]", "[edit]", "[citation needed]", "[x]", "[", "]"],
        ["javascript ", "JavaScript ", "cookies ", "use ", "uses ", "use of ", "privacy ", "policy ", "cookie "],
        ["lorem ", "ipsum ", "{ ", "terms of use "],
        ["it 's ", "can't ", "Mr. ", "1.5 ", "x.y ", "é ", "日本 ", "don[1]t "],
    ]
    for _ in range(count):
        chosen = pools[:3] + chance.sample(pools[3:], chance.randint(0, 2))
        yield "".join(chance.choice(chance.choice(chosen)) for _ in range(chance.randint(5, 60)))


def shown(value):
    return value if isinstance(value, int) else float(str(np.float32(value)))


def main():
    peer = Peer()
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for text in C4_TEXTS + FINEWEB_TEXTS + list(random_texts(19)):
            row = peer.row(text)
            values = {
                group: {name: shown(value) for name, value in found.items() if value}
                for group, found in row["values"].items()
            }
            verdicts = {name: why for name, why in row["verdicts"].items() if not name.startswith("gopher")}
            row = {"text": text, "verdicts": verdicts, "texts": row["texts"], "values": values}
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
