"""Scores lists.json with RecBole: python lists.recbole.py (Python 3.11, pip install --no-deps recbole==1.2.1).

Beside it numpy==1.26.4 and what importing its metrics needs: torch, pandas, scikit-learn, tensorboard, colorlog, colorama,
thop, tabulate, texttable, PyYAML, tqdm, psutil, plotly.
RecBole wants lists of one length, so those of u % 4 == 0 are left out. It averages over users; `metric_decimal_place` is
set so high that nothing is rounded.
Afterwards: npx prettier --write packages/metrics/test/golden
"""

import json
import warnings
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np

np.float, np.bool = float, bool  # RecBole 1.2.1 names what NumPy 1.24 removed
warnings.filterwarnings("ignore")

import torch
from recbole.evaluator import metrics
from recbole.evaluator.collector import Collector, DataStruct

data = json.loads(Path(__file__).with_name("lists.json").read_text())
users = [user for user in range(data["users"]) if user % 4 > 0]
items = torch.tensor([data["lists"][user][: max(data["cuts"])] for user in users])
flags = torch.tensor([[int(item in data["relevant"][user]) for item in own.tolist()] for user, own in zip(users, items)])
sizes = torch.tensor([[len(data["relevant"][user])] for user in users])

struct = DataStruct()
struct.set("rec.items", items)
struct.set("rec.topk", torch.cat((flags, sizes), dim=1))
struct.set("data.num_items", data["items"])
struct.set("data.count_items", Counter(item for own in data["train"] for item in own))
rows = data["rows"]
score = torch.tensor([row["score"] for row in rows], dtype=torch.float64)


def config(**options):
    base = {"metric_decimal_place": 20, "topk": data["cuts"], "tail_ratio": None}
    return {**base, **options}


def of_rows(metric, predicted, actual):
    struct.set("rec.score", predicted.unsqueeze(-1))
    struct.set("data.label", actual.unsqueeze(-1))
    return metric(config()).calculate_metric(struct)


def mean_ranks():
    """What RecBole's collector gathers for GAUC: rank sums of positives, rows and positives of each user."""
    gathered = []
    for user in sorted({row["user"] for row in rows}):
        own = sorted((row for row in rows if row["user"] == user), key=lambda row: -row["score"])
        ranks = [rank + 1 for rank, row in enumerate(own) if row["click"]]
        gathered.append([sum(ranks), len(own), len(ranks)])
    return torch.tensor(gathered, dtype=torch.float64)


struct.set("rec.meanrank", mean_ranks())
result = {"versions": {name: version(name) for name in ("recbole", "torch", "numpy")}, "users": users, "metrics": {}}
names = "Hit MRR MAP Recall NDCG Precision ItemCoverage AveragePopularity ShannonEntropy GiniIndex TailPercentage GAUC"
for name in names.split():
    result["metrics"].update(getattr(metrics, name)(config()).calculate_metric(struct))
for ratio in (0.8, 0.3):
    found = metrics.TailPercentage(config(tail_ratio=ratio)).calculate_metric(struct)
    result["metrics"].update({f"{name} tail_ratio {ratio}": value for name, value in found.items()})
clicks = torch.tensor([row["click"] for row in rows])
ratings = torch.tensor([row["rating"] for row in rows], dtype=torch.float64)
for metric in (metrics.AUC, metrics.LogLoss):
    result["metrics"].update(of_rows(metric, score, clicks))
for metric in (metrics.MAE, metrics.RMSE):
    result["metrics"].update(of_rows(metric, 5 * score, ratings))
result["metrics"] = {name: float(value) for name, value in result["metrics"].items()}
Path(__file__).with_suffix(".json").write_text(json.dumps(result))
