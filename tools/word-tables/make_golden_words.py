#!/usr/bin/env python3
"""Make the golden words and Gopher values of the tests with spaCy and datatrove.

    make_golden_words.py OUTPUT.jsonl

Texts are sentences about every rule of the tokenizer, and seeded random strings of its special
cases, units, quotes, addresses, spaces and letters of many scripts.
"""
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bench", "filters"))
import spacy
from datatrove.pipeline.filters.gopher_quality_filter import GopherQualityFilter
from datatrove.pipeline.filters.gopher_repetition_filter import GopherRepetitionFilter
from datatrove.data import Document
from datatrove.utils.text import split_into_words
from peer_verdicts import reason, values
from spacy.lang import char_classes as classes

TEXTS = [
    "",
    " ",
    "\n\n",
    "It can't be; he's (almost) done, isn't he? I'd've said: \"no!\"",
    "Dr. Smith's U.S. trip, e.g. to N.Y., cost US$5, C$7 or 8$; see http://a.com/x?y=1, foo@bar.org.",
    "10km 5GB 3m/s 7% 20°C. 1am 12p.m. 99.5 1,000 1+2 3-4 a-b x=y a:b a<b w/o and/or",
    "end... wait.. no. A.B. AB. aB. x…… y… ……",
    ":) :-( (8) 8) :D xD <3 >.< ¯\\(ツ)/¯ (╯°□°）╯︵┻━┻ ಠ_ಠ it 's : ) i.e.,",
    "-- --- a--b a---b a—b a—— b ~a c~d 1-a 1--2 --flag -x",
    "日本語のテキスト。これは、試験です！ العربية؟ नमस्ते। ไทย עברית a\u0301\u0301 \u0301",
    "a\u00a0b\u2028c\u3000d\x85e\x1cf\u200bg",
    "8.8.8.8/dns 10.0.0.1/x 192.168.0.1:80/y 1.2.3.4:8080/z ftp://x.y/z www.a-b.co.uk:99/q#r",
    "• one\n- two\n* three\n  • four...\nfive…\r\nsix\x0bseven\x0ceight\u2029nine",
    "the the the the the the of of of of and and",
    "# a ## b ### ... … .... ......",
]


def random_texts(count):
    chance = random.Random(20)
    rules = list(spacy.blank("en").tokenizer.rules)
    plain = lambda items: [item.replace("\\", "") for item in items]
    pools = [
        rules, classes.LIST_UNITS, plain(classes.LIST_CURRENCY), plain(classes.LIST_PUNCT),
        plain(classes.LIST_QUOTES), list("abcdefgzABCZ"), list("0123459"),
        ["..", "...", ".", "…", "……", "-", "--", "---", "—", "——", "–", "~"], list("+*^/=<>:,%&@#_|\\"),
        ["http://", "https://", "www.", "example", ".com", "foo@bar.org", "8.8.8.8", ":80", "/path", "x_y"],
        ["\u00a0", "\u2028", "\u3000", "\x85", "\n", " ", "  ", "\t", "\x1c", " ", " "],
        ["é", "ß", "Ж", "я", "中", "日本", "ا", "٣", "１", "²", "°C", "☃", "😀", "\u0301", "ಠ", "µm", "ツ"],
        ["it", "he", "I", "we", "can", "do", "not", "'s", "n't", "'ll", "’ve", "Mr", "Dr.", "e.g", "am"],
        ["word ", "the ", "of ", "and ", "line\n", "again\n\n", "• ", "- "],
    ]
    for _ in range(count):
        chosen = chance.sample(pools, chance.randint(1, len(pools)))
        parts = []
        for _ in range(chance.randint(1, 120)):
            parts.append(chance.choice(chance.choice(chosen)))
            if chance.random() < 0.25:
                parts.append(" ")
        yield "".join(parts)


def main():
    quality, repetition = GopherQualityFilter(), GopherRepetitionFilter()
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        for text in TEXTS + list(random_texts(120)):
            found, _ = values(text)
            document = Document(text=text, id="0")
            row = {
                "text": text,
                "words": split_into_words(text),
                "quality": reason(quality.filter(document)),
                "repetition": reason(repetition.filter(document)),
                "values": found,
            }
            out.write(json.dumps(row, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
