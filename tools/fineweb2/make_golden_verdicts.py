#!/usr/bin/env python3
"""Make verdicts of datatrove's filters with FineWeb-2's settings, on texts in eight languages.

    make_golden_verdicts.py UDHR.jsonl.zst FILTERS_FOLDER OUTPUT.jsonl

Needs datatrove 0.10 with spaCy and PyYAML. The texts are sentences of the Universal Declaration of
Human Rights (public domain), cut, repeated, listed and mixed with signs by a seeded generator so that
each rule is met. The limits are read from the packs, stop words from StopWordLists.swift: what is
compared is how words, lines and letters are counted. Each row has the reasons that the three filters give
(null: kept).
"""
import json
import random
import re
import subprocess
import sys

import yaml
from datatrove.data import Document
from datatrove.pipeline.filters import (
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)

LANGUAGES = {
    "deu_Latn": ("de", "deu"), "spa_Latn": ("es", "spa"), "fra_Latn": ("fr", "fra"),
    "ita_Latn": ("it", "ita"), "nld_Latn": ("nl", "nld"), "pol_Latn": ("pl", "pol"),
    "por_Latn": ("pt", "por_BR"), "rus_Cyrl": ("ru", "rus"),
}


def limits(path):
    found = {}
    for step in yaml.safe_load(open(path, encoding="utf-8"))["steps"]:
        for rule in step.get("rules", []):
            number = re.search(r"[<>] ([\d.]+)$", rule["fails_when"])
            if number:
                found[rule["id"]] = float(number.group(1))
    return found


def filters(language, code, folder, swift):
    limit = limits(f"{folder}/fineweb2-{language[:3]}.yaml")
    words = re.search(rf'"{code}", "\w+",\s*"([^"]*)"', swift).group(1).split()
    return [
        GopherRepetitionFilter(
            language=language, dup_para_frac=0, dup_line_char_frac=0, dup_para_char_frac=0,
            dup_line_frac=limit["dup_line_frac"],
            top_n_grams=[[n, limit[f"top_{n}_gram"]] for n in (2, 3, 4)],
            dup_n_grams=[[n, limit[f"duplicated_{n}_n_grams"]] for n in range(5, 11)],
        ),
        FineWebQualityFilter(
            language=language, short_line_thr=999, char_duplicates_ratio=limit["char_dup_ratio"],
            line_punct_thr=limit.get("line_punct_ratio", 0), new_line_ratio=limit["list_ratio"],
        ),
        GopherQualityFilter(
            language=language, max_avg_word_length=limit["gopher_above_avg_threshold"],
            min_avg_word_length=limit.get("gopher_below_avg_threshold", 0), stop_words=words,
            max_non_alpha_words_ratio=limit["gopher_below_alpha_threshold"], min_stop_words=2,
        ),
    ]


def texts(sentences, chance, count):
    for number in range(count):
        picked = chance.sample(sentences, 12)
        words = [w for s in picked for w in s.split()]
        kind = number % 8
        if kind == 0:
            text = " ".join(picked[:5])
        elif kind == 1:
            text = "\n".join(s for s in picked[:6] for _ in range(chance.randint(1, 2)))
        elif kind == 2:
            text = "\n".join("- " + " ".join(words[i:i + 4]) for i in range(0, 90, 4))
        elif kind == 3:
            text = " ".join(w + chance.choice(["", "", ",", " 12", " |", " -"]) for w in words[:70])
        elif kind == 4:
            text = " ".join(words[:chance.randint(40, 60)])
        elif kind == 5:
            text = "\n".join(" ".join(words[i:i + 9]) + chance.choice(["...", ".", ""])
                             for i in range(0, 72, 9))
        elif kind == 6:
            text = " ".join(words[:60]) + (" " + " ".join(words[:chance.randint(3, 9)])) * 3
        else:
            text = " ".join(w for w in words if len(w) > chance.choice([1, 3, 7]))[:600]
        yield text


def reason(verdict):
    return None if verdict is True else verdict[1]


def main():
    udhr, folder, output = sys.argv[1:4]
    data = subprocess.run(["zstd", "-dc", udhr], check=True, capture_output=True).stdout.decode()
    rows = {json.loads(l)["id"]: json.loads(l)["text"] for l in data.split("\n") if l}
    swift = open(f"{folder}/../Sources/Curation/Signals/StopWordLists.swift", encoding="utf-8").read()
    chance = random.Random(5)
    with open(output, "w", encoding="utf-8") as out:
        for language, (code, name) in LANGUAGES.items():
            sentences = [s.strip() for s in re.split(r"(?<=[.;])\s+|\n", rows[name]) if len(s) > 40]
            chain = filters(language, code, folder, swift)
            for text in texts(sentences, chance, 8):
                reasons = [reason(f.filter(Document(text=text, id="0"))) for f in chain]
                row = {"language": language[:3], "text": text, "reasons": reasons}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
