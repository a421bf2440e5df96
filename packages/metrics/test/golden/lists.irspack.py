"""Scores lists.json with irspack: python lists.irspack.py (Python 3.11, pip install irspack==0.5.2).

Afterwards: npx prettier --write packages/metrics/test/golden
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy.sparse as sps
from irspack.evaluation import Evaluator

data = json.loads(Path(__file__).with_name("lists.json").read_text())


def matrix(sets):
    rows = [user for user, own in enumerate(sets) for _ in own]
    return sps.csr_matrix((np.ones(len(rows)), (rows, sum(sets, []))), shape=(len(sets), data["items"]))


def score(users, k, **options):
    """Metrics of some users; scores fall along the list, and what is not in it is not recommendable."""
    lists = [data["lists"][user] for user in users]
    scores = np.full((len(users), data["items"]), -np.inf)
    for row, own in enumerate(lists):
        scores[row, own] = np.arange(len(own), 0, -1)
    evaluator = Evaluator(matrix([data["relevant"][user] for user in users]), cutoff=k, n_threads=1, **options)
    return evaluator.get_score_from_score_matrix(scores)


def numbers(found):
    return {name: float(value) for name, value in found.items()}


everyone = range(data["users"])
result = {"versions": {name: version(name) for name in ("irspack", "numpy", "scipy")}, "cuts": {}}
for k in data["cuts"]:
    result["cuts"][k] = {
        "all": numbers(score(everyone, k)),
        "recall_with_cutoff": numbers(score(everyone, k, recall_with_cutoff=True)),
        "users": [numbers(score([user], k)) for user in everyone],
    }
Path(__file__).with_suffix(".json").write_text(json.dumps(result))
