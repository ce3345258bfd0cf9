#!/usr/bin/env python3
"""Recall and precision of personal data, ours beside Microsoft Presidio's pattern recognisers.

usage: compare.py BENCH_PII SPANS.json [SPANS.json …]

needs presidio_analyzer. BENCH_PII is the benchmark's binary (swift build -c release --product
bench-pii); SPANS.json[.zst] are lists of {full_text, spans: [{entity_type, start_position,
end_position}]} as presidio-research has them.

A label is found where a predicted span of the same kind overlaps it, a prediction is right where it
overlaps a label of its kind; "exact" is the share of labels with a prediction of the same ends.
Labels of kinds that neither side looks for do not count. Every second text of a file that has more
than 1,000 is the half that nothing was developed on.
"""
import json
import logging
import subprocess
import sys

KINDS = {
    "email": ("EmailRecognizer", "EMAIL_ADDRESS", {"EMAIL_ADDRESS"}),
    "ip": ("IpRecognizer", "IP_ADDRESS", {"IP_ADDRESS"}),
    "phone": ("PhoneRecognizer", "PHONE_NUMBER", {"PHONE_NUMBER"}),
    "iban": ("IbanRecognizer", "IBAN_CODE", {"IBAN_CODE"}),
    "card": ("CreditCardRecognizer", "CREDIT_CARD", {"CREDIT_CARD"}),
    "url": ("UrlRecognizer", "URL", {"URL", "DOMAIN_NAME"}),
}


def load(path):
    if path.endswith(".zst"):
        return json.loads(subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout)
    return json.load(open(path))


def peer_places(texts):
    logging.disable(logging.CRITICAL)  # its list of suffixes comes from the network where there is one
    from presidio_analyzer import predefined_recognizers
    from presidio_analyzer.nlp_engine import NlpArtifacts

    nothing = NlpArtifacts([], [], [], [], nlp_engine=None, language="en")
    recognizers = {kind: getattr(predefined_recognizers, name)() for kind, (name, _, _) in KINDS.items()}
    for text in texts:
        yield {
            kind: [(found.start, found.end) for found in one.analyze(text, [KINDS[kind][1]], nothing) or []]
            for kind, one in recognizers.items()
        }


def our_places(binary, paths):
    lines = subprocess.run([binary, "places", *paths], check=True, capture_output=True).stdout
    for line in lines.splitlines():
        places = {}
        for place in json.loads(line):
            places.setdefault(place["kind"], []).append((place["start"], place["end"]))
        yield places


def score(rows, predictions, kind):
    labels = found = exact = made = right = 0
    for row, places in zip(rows, predictions):
        wanted = [
            (span["start_position"], span["end_position"])
            for span in row["spans"] if span["entity_type"] in KINDS[kind][2]
        ]
        given = places.get(kind, [])
        meets = lambda a, b: a[0] < b[1] and b[0] < a[1]
        labels += len(wanted)
        found += sum(any(meets(one, other) for other in given) for one in wanted)
        exact += sum(one in given for one in wanted)
        made += len(given)
        right += sum(any(meets(one, other) for other in wanted) for one in given)
    share = lambda part, whole: f"{part / whole:.3f}" if whole else "-"
    return labels, share(found, labels), share(exact, labels), share(right, made)


def main():
    binary, paths = sys.argv[1], sys.argv[2:]
    rows, untouched = [], []
    for path in paths:
        some = load(path)
        untouched += [len(some) > 1000 and index % 2 == 1 for index in range(len(some))]
        rows += some
    sides = {
        "ours": list(our_places(binary, paths)),
        "presidio": list(peer_places(row["full_text"] for row in rows)),
    }
    print(f"{'texts':<10}{'kind':<7}{'labels':>7}   " + "".join(
        f"{side + ' recall':>16}{'exact':>8}{'precision':>11}" for side in sides))
    for name, wanted in [("all", None), ("untouched", True)]:
        take = [index for index, mark in enumerate(untouched) if wanted is None or mark]
        for kind in KINDS:
            line = ""
            for places in sides.values():
                labels, *shares = score([rows[i] for i in take], [places[i] for i in take], kind)
                line += f"{shares[0]:>16}{shares[1]:>8}{shares[2]:>11}"
            print(f"{name:<10}{kind:<7}{labels:>7}   {line}")


main()
