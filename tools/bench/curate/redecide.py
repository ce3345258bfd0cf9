#!/usr/bin/env python3
"""Time another decision on stored columns, and compare it with a run from the texts.

    redecide.py MIDSTREAM DOCS.jsonl WORK_FOLDER [--documents 1000000] [--threads 2] [--json]

Cuts the texts of DOCS.jsonl into documents of about 1,000 characters until there are enough (again
from the start where they run out), curates them by FineWeb's heuristics, decides again with another
threshold and checks that decisions and records have the bytes of a run from the texts with that
threshold.
"""
import argparse
import filecmp
import json
import os
import shutil
import subprocess
import sys
import time

PACKS = ["fineweb-heuristics"]
CHANGE = "fineweb-heuristics.gopher_short_doc=word_count < 40"


def make_documents(source, path, count):
    made = 0
    with open(path, "w") as out:
        while made < count:
            for line in open(source):
                text = json.loads(line)["text"]
                for start in range(0, len(text), 1000):
                    piece = {"id": f"{made}", "text": text[start : start + 1000]}
                    out.write(json.dumps(piece, ensure_ascii=False) + "\n")
                    made += 1
                    if made == count:
                        return


def run(arguments):
    start = time.perf_counter()
    done = subprocess.run(arguments + ["--quiet", "--json"], check=True, capture_output=True)
    return time.perf_counter() - start, json.loads(done.stdout)


def differing(one, other):
    names = [
        os.path.join(part, name)
        for part in ("decisions", "records")
        for name in sorted(os.listdir(os.path.join(one, part)))
    ]
    return [
        name
        for name in names
        if not filecmp.cmp(os.path.join(one, name), os.path.join(other, name), shallow=False)
    ], len(names)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("midstream")
    parser.add_argument("documents_file")
    parser.add_argument("folder")
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    source = os.path.join(options.folder, "documents.jsonl")
    if not os.path.exists(source):
        make_documents(options.documents_file, source, options.documents)
    first, second = (os.path.join(options.folder, name) for name in ("first", "second"))
    for folder in (first, second):
        shutil.rmtree(folder, ignore_errors=True)
    threads = ["--threads", str(options.threads)]
    curate = [options.midstream, "curate", "--input", source, "--filter", *PACKS, *threads]
    seconds, summary = run(curate + ["--output", first])
    again, changed = run(
        [options.midstream, "curate", "--redecide", "--output", first, "--set", CHANGE, *threads]
    )
    run(curate + ["--output", second, "--set", CHANGE])
    wrong, compared = differing(os.path.join(first, "redecided"), second)
    result = {
        "documents": summary["documents"],
        "curate_seconds": round(seconds, 2),
        "redecide_seconds": round(again, 2),
        "brought_back": changed["broughtBack"],
        "newly_removed": changed["newlyRemoved"],
        "files_compared": compared,
        "files_that_differ": wrong,
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
