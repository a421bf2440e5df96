"""Scores lists.json with RecTools: python lists.rectools.py (Python 3.11, pip install RecTools==0.19.0).

Afterwards: npx prettier --write packages/metrics/test/golden
"""

import json
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from rectools import Columns
from rectools.metrics import (
    MAP,
    MRR,
    NDCG,
    AvgRecPopularity,
    CatalogCoverage,
    CoveredUsers,
    F1Beta,
    HitRate,
    IntraListDiversity,
    MeanInvUserFreq,
    Precision,
    Recall,
    Serendipity,
)
from rectools.metrics.distances import PairwiseDistanceCalculator, PairwiseHammingDistanceCalculator
from scipy.spatial.distance import cosine

data = json.loads(Path(__file__).with_name("lists.json").read_text())
users = range(data["users"])
catalog = list(range(data["items"]))


def table(lists):
    rows = [(user, item, rank + 1) for user in users for rank, item in enumerate(lists[user])]
    return pd.DataFrame(rows, columns=[Columns.User, Columns.Item, Columns.Rank])


class Cosine(PairwiseDistanceCalculator):
    """One minus the cosine of the sets of two items; 1 where one is empty."""

    def __init__(self, vectors):
        self.vectors = vectors

    def _get_distances_for_item_pairs(self, items_0, items_1):
        pairs = zip(items_0, items_1)
        return [
            cosine(self.vectors[a], self.vectors[b]) if any(self.vectors[a]) and any(self.vectors[b]) else 1.0
            for a, b in pairs
        ]


reco = table(data["lists"])
relevant = table(data["relevant"])[Columns.UserItem]
train = table(data["train"])[Columns.UserItem]
genres = sorted({tag for own in data["tags"] for tag in own})
by_tags = Cosine([[float(tag in own) for tag in genres] for own in data["tags"]])
by_users = Cosine([[float(item in data["train"][user]) for user in users] for item in catalog])
category = [genres.index(own[0]) if own else len(genres) + item for item, own in enumerate(data["categories"])]
by_category = PairwiseHammingDistanceCalculator(pd.DataFrame({"category": category}, index=catalog))


def of_users(values):
    return [float(value) for value in values.reindex(users)]


result = {"versions": {name: version(name) for name in ("RecTools", "pandas", "numpy", "scipy")}, "cuts": {}, "coverage": {}}
for k in data["cuts"]:
    result["cuts"][k] = {
        "Recall": of_users(Recall(k).calc_per_user(reco, relevant)),
        "Precision": of_users(Precision(k).calc_per_user(reco, relevant)),
        "F1Beta": of_users(F1Beta(k).calc_per_user(reco, relevant)),
        "HitRate": of_users(HitRate(k).calc_per_user(reco, relevant)),
        "NDCG": of_users(NDCG(k).calc_per_user(reco, relevant)),
        "NDCG divide_by_achievable": of_users(NDCG(k, divide_by_achievable=True).calc_per_user(reco, relevant)),
        "MAP": of_users(MAP(k).calc_per_user(reco, relevant)),
        "MAP divide_by_k": of_users(MAP(k, divide_by_k=True).calc_per_user(reco, relevant)),
        "MRR": of_users(MRR(k).calc_per_user(reco, relevant)),
        "MeanInvUserFreq": of_users(MeanInvUserFreq(k).calc_per_user(reco, train)),
        "AvgRecPopularity": of_users(AvgRecPopularity(k).calc_per_user(reco, train)),
        "Serendipity": of_users(Serendipity(k).calc_per_user(reco, relevant, train, catalog)),
        "IntraListDiversity tags": of_users(IntraListDiversity(k, by_tags).calc_per_user(reco)),
        "IntraListDiversity users": of_users(IntraListDiversity(k, by_users).calc_per_user(reco)),
        "IntraListDiversity Hamming": of_users(IntraListDiversity(k, by_category).calc_per_user(reco)),
        "CoveredUsers": of_users(CoveredUsers(k).calc_per_user(reco[reco[Columns.User] % 5 > 0], relevant)),
    }
    result["coverage"][k] = float(CatalogCoverage(k, normalize=True).calc(reco, catalog))
Path(__file__).with_suffix(".json").write_text(json.dumps(result))
