#!/usr/bin/env python3
"""Make the golden words of the cuts `unicode` (uniseg 0.10, UAX #29) and `whitespace` (`str.split`).

    make_golden_word_modes.py OUTPUT.jsonl

Texts are sentences of many scripts and seeded random strings of characters of every value of the
word break property.
"""
import json
import random
import sys

from uniseg.wordbreak import words

TEXTS = [
    "",
    " ",
    "_",
    "The quick (\u201cbrown\u201d) fox can\u2019t jump 32.3 feet, right? It's 1,000.5; a.b.c e.g. x:y 1:2",
    "foo_bar __init__ _ a__1 3_000 'quoted' rock'n'roll o'clock' 'tis 1'2 a'1 1.a a,b 1;2 a;b",
    "user@example.com https://example.com/a-b_c?d=e&f=1 C++ C# .NET a/b -1 +2 $5 5% #tag",
    "日本語のテキスト、カタカナとひらがな。東京タワー_ー ｶﾀｶﾅ",
    "ภาษาไทยไม่มีช่องว่าง ພາສາລາວ ភាសាខ្មែរ မြန်မာ",
    "العربية، ١٢٣ נס ה\u05f4ת צ'ק ג' \u05d0\u0022\u05d1 नमस्ते दुनिया। 한국어 문장",
    "a\u0301\u0301 \u0301a e\u200dx a\u00adb \u200bx \ufeffy 👩\u200d👩\u200d👧 ❤\ufe0f 🇩🇪🇫🇷🇯 a🇩b ℹ\u200dℹ",
    "a\u00a0b\u2028c\u3000d\x85e\x1cf\u200bg\x0bh\r\ni\u1680j\u205fk\u202fl\u2007m",
    "word " * 40 + "x" * 70 + " " + "y" * 64 + " " + "z" * 63 + "_" + "w" * 30,
    "A" * 200 + "'" + "b" * 100 + " 1" + "0" * 80 + ",000 ½ ² Ⅷ ٣٫٥",
]

POOL = (
    list("abzAZ019_.:',;\"-&@ ()\n\t\r") + list("\u00a0\u0085\u2028\u3000\u0301\u200d\u200c\u00ad")
    + list("אב\u05f4アカーひ漢字ไทย٣१’‘·\u2027\u203f\u180e\u200béß²½\ufffd\x1c\x1f\x00﹒：ℹⓂ")
    + ["\U0001f1e9", "\U0001f1ea", "😀", "👩", "❤", "\ufe0f"]
)


def random_texts(count):
    chance = random.Random(29)
    for _ in range(count):
        length = chance.randint(1, chance.choice([6, 20, 120]))
        common = chance.random()
        text = "".join(chance.choice("ab1.': " if chance.random() < common else POOL) for _ in range(length))
        # A joiner behind an ASCII space: see unicode_words.c.
        if not any(space + "\u200d" in text for space in " \n\t\r\x1c\x1f"):
            yield text


def main():
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for text in TEXTS + list(random_texts(150)):
            found = [word for word in words(text) if any(c.isalnum() for c in word)]
            row = {"text": text, "unicode": found, "whitespace": text.split()}
            out.write(json.dumps(row, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
