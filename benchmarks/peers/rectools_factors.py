"""RecTools' ranking and metrics on gowalla with factors from files: every test user x 40,981 items, train masked, recall@20 and ndcg@20.

python rectools_factors.py --data DIR --factors DIR [--repeat N]

For each NAME.users.f32 and NAME.items.f32 (float32, row-major) in the folder of factors. Times what peer_rectools of the peers'
evaluation.py times; its figures must be those of the library that wrote the factors. Prints one JSON line.
"""
import os
for k in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"): os.environ.setdefault(k, "2")
import argparse, gzip, importlib.metadata, json, statistics, time, warnings
from pathlib import Path
import numpy as np, pandas as pd, scipy.sparse as sp
warnings.simplefilter("ignore")
from rectools.metrics import NDCG, Recall, calc_metrics
from rectools.models.rank import Distance, ImplicitRanker

ap = argparse.ArgumentParser()
ap.add_argument("--data", required=True)
ap.add_argument("--factors", required=True)
ap.add_argument("--repeat", type=int, default=3)
ap.add_argument("--threads", type=int, default=2)
a = ap.parse_args()
USERS, ITEMS, K = 29_858, 40_981, 20


def rows(path):
    u, i = [], []
    with gzip.open(path, "rt") as f:
        for line in f:
            v = line.split(); u += [int(v[0])] * (len(v) - 1); i += map(int, v[1:])
    m = sp.csr_matrix((np.ones(len(u), np.float32), (u, i)), (USERS, ITEMS)); m.sum_duplicates(); m.data[:] = 1
    return m


train, test = rows(f"{a.data}/gowalla/train.txt.gz"), rows(f"{a.data}/gowalla/test.txt.gz")
users = np.flatnonzero(np.diff(test.indptr)).astype(np.int64)


def evaluate(U, V):
    us, it, _ = ImplicitRanker(Distance.DOT, U, V, num_threads=a.threads).rank(users, k=K, filter_pairs_csr=train[users])
    us = np.asarray(us)
    reco = pd.DataFrame(dict(user_id=us, item_id=np.asarray(it), rank=np.arange(len(us)) % K + 1))
    c = test.tocoo()
    return calc_metrics(dict(recall=Recall(K), ndcg=NDCG(K, divide_by_achievable=True)), reco, pd.DataFrame(dict(user_id=c.row, item_id=c.col)))


results = []
for file in sorted(Path(a.factors).glob("*.users.f32")):
    name = file.name.split(".")[0]
    U = np.fromfile(file, "<f4").reshape(USERS, -1)
    V = np.fromfile(file.with_name(f"{name}.items.f32"), "<f4").reshape(ITEMS, -1)
    seconds = []
    for _ in range(a.repeat):
        t = time.perf_counter(); x = evaluate(U, V); seconds.append(time.perf_counter() - t)
    results.append(dict(name=name, min_s=round(min(seconds), 3), median_s=round(statistics.median(seconds), 3),
                        recall=round(float(x["recall"]), 7), ndcg=round(float(x["ndcg"]), 7)))
print(json.dumps(dict(version=importlib.metadata.version("RecTools"), results=results)))
