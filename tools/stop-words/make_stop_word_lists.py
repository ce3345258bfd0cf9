#!/usr/bin/env python3
"""Write Sources/Curation/Signals/StopWordLists.swift.

    make_stop_word_lists.py DATA > StopWordLists.swift

DATA holds langid/udhr2.jsonl.zst (the Universal Declaration of Human Rights, public domain) and
langid/lingua_testdata.jsonl.zst (sentences of the Leipzig corpora). The two count alike.
"""
import json
import sys

from derive_stop_words import lines, stop_words

LANGUAGES = {
    "de": ("German", ["deu_1901", "deu"]),
    "es": ("Spanish", ["spa"]),
    "fr": ("French", ["fra"]),
    "it": ("Italian", ["ita"]),
    "nl": ("Dutch", ["nld"]),
    "pl": ("Polish", ["pol"]),
    "pt": ("Portuguese", ["por_BR", "por_PT"]),
    "ru": ("Russian", ["rus"]),
}

HEAD = """\
/// Frequent words of languages, for the rule that a text of a language has some of them; derived by
/// tools/stop-words from the Universal Declaration of Human Rights and from sentences of the Leipzig
/// corpora.
enum StopWordLists {
  /// A language's code and name, and its words, the most frequent first.
  static let all: [(code: String, name: String, words: String)] = ["""


def main():
    folder = sys.argv[1]
    udhr = [json.loads(l) for l in lines(folder + "/langid/udhr2.jsonl.zst") if l]
    lingua = [json.loads(l) for l in lines(folder + "/langid/lingua_testdata.jsonl.zst") if l]
    print(HEAD)
    for code, (name, ids) in LANGUAGES.items():
        texts = [row["text"] for row in udhr if row["id"] in ids[-1:]]
        texts += [r["text"] for r in lingua if r["lang"] == code and r["kind"] == "sentences"]
        words = " ".join(word for word, _ in stop_words(texts))
        print(f'    (\n      "{code}", "{name}",\n      "{words}"\n    ),')
    print("  ]\n}")


if __name__ == "__main__":
    main()
