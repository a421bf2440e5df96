"""Scores lists.json with scikit-learn and SciPy: python lists.sklearn.py (Python 3.11, pip install scikit-learn==1.9.1).

Lists shorter than the longest cut (u % 4 == 0) are left out: scikit-learn ranks all items. What is not in a list gets
scores below it.
Afterwards: npx prettier --write packages/metrics/test/golden
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.stats import entropy
from sklearn import metrics

data = json.loads(Path(__file__).with_name("lists.json").read_text())
users = [user for user in range(data["users"]) if user % 4 > 0]
items = np.arange(data["items"])
genres = sorted({tag for own in data["tags"] for tag in own})


def shares(own):
    """Mean over the items with tags of their tags, which share 1 equally."""
    rows = [[(tag in data["tags"][item]) / len(data["tags"][item]) for tag in genres] for item in own if data["tags"][item]]
    return np.mean(rows, axis=0) if rows else np.zeros(len(genres))


def divergence(user, k):
    p, q = shares(data["train"][user]), shares(data["lists"][user][:k])
    mixed = 0.99 * q + 0.01 * p
    return float(np.sum(p[p > 0] * np.log(p[p > 0] / mixed[p > 0])))


def scaled_divergence(user, k):
    """SciPy scales q to a sum of 1, which it has where an item has a tag."""
    p, q = shares(data["train"][user]), shares(data["lists"][user][:k])
    return float(entropy(p, 0.99 * q + 0.01 * p)) if q.any() else None


result = {"versions": {name: version(name) for name in ("scikit-learn", "scipy", "numpy")}, "users": users, "cuts": {}}
for k in data["cuts"]:
    found = {name: [] for name in ("ndcg_score", "recall_score", "precision_score", "f1_score")}
    for user in users:
        truth = np.isin(items, data["relevant"][user]).astype(int)
        first = np.isin(items, data["lists"][user][:k]).astype(int)
        score = -1.0 - items
        for rank, item in enumerate(data["lists"][user]):
            score[item] = len(items) - rank
        found["ndcg_score"].append(metrics.ndcg_score([truth], [score], k=k))
        found["recall_score"].append(metrics.recall_score(truth, first))
        found["precision_score"].append(metrics.precision_score(truth, first, zero_division=0))
        found["f1_score"].append(metrics.f1_score(truth, first, zero_division=0))
    result["cuts"][k] = {name: [float(value) for value in values] for name, values in found.items()}
    result["cuts"][k]["calibration"] = [divergence(user, k) for user in range(data["users"])]
    result["cuts"][k]["scipy entropy"] = [scaled_divergence(user, k) for user in range(data["users"])]
score = np.array([row["score"] for row in data["rows"]])
clicks = np.array([row["click"] for row in data["rows"]])
ratings = np.array([row["rating"] for row in data["rows"]], dtype=float)
result["rows"] = {
    "roc_auc_score": metrics.roc_auc_score(clicks, score),
    "log_loss": metrics.log_loss(clicks, score),
    "mean_absolute_error": metrics.mean_absolute_error(ratings, 5 * score),
    "root_mean_squared_error": metrics.root_mean_squared_error(ratings, 5 * score),
    "r2_score": metrics.r2_score(ratings, 5 * score),
}
result["rows"] = {name: float(value) for name, value in result["rows"].items()}
Path(__file__).with_suffix(".json").write_text(json.dumps(result))
