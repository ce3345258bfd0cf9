"""The rules of packs applied to a peer's values: comparisons of one signal with a number."""
import os
import re

FILTERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "filters")


def rules(pack):
    """(id, signal, sign, number) of each rule of a pack, of those that it uses too, in order."""
    text = open(os.path.join(FILTERS, f"{pack}.yaml"), encoding="utf-8").read()
    found, name = [], None
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if used := re.match(r"\s*- use: (\S+)", line):
            found.extend(rules(used[1]))
        if identifier := re.match(r"\s*- id: (\S+)", line):
            name = identifier[1]
        if rule := re.match(r"\s*fails_when: (\w+) (<|>|<=|>=|==) ([\d.]+)$", line):
            found.append((name, rule[1], rule[2], float(rule[3])))
    return found


def failed_rules(packs, values):
    """The ids of the rules that fail; an absent or empty value fails none."""
    signs = {
        "<": lambda a, b: a < b,
        ">": lambda a, b: a > b,
        "<=": lambda a, b: a <= b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
    }
    failed = []
    for pack in packs:
        for name, signal, sign, number in rules(pack):
            value = values.get(signal)
            if value is not None and value == value and signs[sign](value, number):
                failed.append(name)
    return failed
