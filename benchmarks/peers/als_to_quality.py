"""Seconds of irspack's ALS (CG, f = 64) until hit@10 on ml-1m reaches .715: NCF's positives and 99 given negatives.

python als_to_quality.py --data DIR

The time of each epoch counts and that of the evaluation between does not. The parameters are those of als.py. Fastest of 5 fits;
prints one JSON line.
"""
import os
for k in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"): os.environ.setdefault(k, "1")
import argparse, gzip, json, statistics, time
import numpy as np, scipy.sparse as sp
import irspack
from irspack.recommenders.ials import IALSRecommender

ap = argparse.ArgumentParser()
ap.add_argument("--data", required=True)
ap.add_argument("--threads", type=int, default=2)
a = ap.parse_args()

users, items = [], []
with gzip.open(f"{a.data}/ml-1m/ncf_train.txt.gz", "rt") as f:
    for line in f:
        v = line.split()
        users += [int(v[0])] * (len(v) - 1); items += map(int, v[1:])
train = sp.csr_matrix((np.ones(len(users), np.float32), (users, items)))
tests = []
with gzip.open(f"{a.data}/ml-1m/ncf_test.txt.gz", "rt") as f:
    for line in f:
        p = line.rstrip("\n").split("\t")
        tests.append((int(p[0]), np.array([int(p[1])] + [int(x) for x in p[4].split()])))


def hit10(U, V):
    hits = 0
    for user, c in tests:
        known = c < len(V)
        s = np.where(known, V[np.minimum(c, len(V) - 1)] @ U[user], -1e9)
        hits += int((s[1:] >= s[0]).sum() < 10)
    return hits / len(tests)


def fit():
    t = time.perf_counter()
    model = IALSRecommender(train, n_components=64, alpha0=0.3, reg=0.007, solver_type="CG", n_threads=a.threads, train_epochs=1,
                            random_seed=1)
    model.start_learning()
    seconds = time.perf_counter() - t
    for epoch in range(1, 31):
        t = time.perf_counter()
        model.run_epoch()
        U, V = model.trainer.core_trainer.user, model.trainer.core_trainer.item
        seconds += time.perf_counter() - t
        quality = hit10(U, V)
        if quality >= 0.715: return seconds, epoch, quality
    raise SystemExit("hit@10 of .715 was not reached in 30 epochs")


runs = [fit() for _ in range(5)]
seconds = [r[0] for r in runs]
print(json.dumps(dict(irspack=irspack.__version__, min_s=round(min(seconds), 4), median_s=round(statistics.median(seconds), 4),
                      epochs=runs[0][1], hr10=round(runs[0][2], 4))))
