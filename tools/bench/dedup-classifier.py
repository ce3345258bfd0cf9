#!/usr/bin/env python3
"""Compare the linear classifier with scikit-learn's logistic regression on the same hashed features.

    swift run -c release bench-dedup FOLDER --export-classifier DIR
    tools/bench/dedup-classifier.py DIR

Prints AUC and accuracy of both on the test half, and the rank correlation of their scores. Skips
where scikit-learn is absent. Exit status 1 where Midstream's AUC is more than 0.002 lower.
"""
import json
import sys

try:
    import numpy as np
    from sklearn.datasets import load_svmlight_files
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, roc_auc_score
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(0)

folder = sys.argv[1]
ours = json.load(open(folder + "/figures.json"))
train_x, train_y, test_x, test_y = load_svmlight_files(
    [folder + "/train.svm", folder + "/test.svm"], n_features=ours["buckets"])
labels, scores = np.loadtxt(folder + "/scores.txt", unpack=True)
assert (labels == test_y).all()
ours_auc = roc_auc_score(test_y, scores)
assert abs(ours_auc - ours["auc"]) < 1e-9, "the two programs disagree on the area under the curve"


def ranks(values):
    return np.argsort(np.argsort(values))


print(json.dumps({"peer": "midstream", **ours}))
best = 0.0
for c in (1.0, 1 / (ours["l2"] * len(train_y))):
    model = LogisticRegression(C=c, class_weight="balanced", max_iter=2000).fit(train_x, train_y)
    theirs = model.predict_proba(test_x)[:, 1]
    auc = roc_auc_score(test_y, theirs)
    best = max(best, auc)
    print(json.dumps({
        "peer": "scikit-learn", "C": c, "auc": auc, "accuracy": accuracy_score(test_y, theirs >= 0.5),
        "rank_correlation": np.corrcoef(ranks(theirs), ranks(scores))[0, 1]}))
sys.exit(0 if ours_auc >= best - 0.002 else 1)
