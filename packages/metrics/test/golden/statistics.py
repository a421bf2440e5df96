"""Writes statistics.json: what scipy and statsmodels say of small samples that are drawn here.

    pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0
    python statistics.py > statistics.json
"""
import json
import sys

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.multitest import multipletests

random = np.random.default_rng(20261125)


def wilcoxon(differences):
    exact = len(set(np.abs(differences[differences != 0]))) == np.count_nonzero(differences)
    few = np.count_nonzero(differences) <= 50
    method = "exact" if exact and few else "asymptotic"
    found = stats.wilcoxon(
        differences[differences != 0], zero_method="wilcox", correction=False, method=method
    )
    return {
        "differences": differences.tolist(),
        "method": method,
        "statistic": found.statistic,
        "pValue": found.pvalue,
    }


def permutation(differences):
    found = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf
    )
    return {"differences": differences.tolist(), "pValue": found.pvalue}


def bootstrap(values):
    found = stats.bootstrap(
        (values,), np.mean, n_resamples=400_000, method="percentile", batch=2000,
        rng=np.random.default_rng(1),
    )
    interval = found.confidence_interval
    return {"values": values.tolist(), "interval": [interval.low, interval.high]}


def holm(p_values):
    return {"pValues": p_values.tolist(), "adjusted": multipletests(p_values, method="holm")[1].tolist()}


metric_like = lambda n: np.where(random.random(n) < 0.4, random.integers(1, 5, n) / 4, 0.0)
json.dump(
    {
        "versions": {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "wilcoxon": [
            *(wilcoxon(random.normal(0.3, 1, n)) for n in (1, 2, 5, 10, 25, 50)),
            *(wilcoxon(random.normal(0.1, 1, n)) for n in (51, 80, 300)),
            *(wilcoxon(metric_like(n) - metric_like(n)) for n in (12, 40, 200)),
            wilcoxon(np.concatenate([np.zeros(5), random.normal(1, 1, 20)])),
            wilcoxon(np.concatenate([np.full(60, 0.5), np.full(3, -0.25)])),
        ],
        "permutation": [
            *(permutation(random.normal(0.5, 1, n)) for n in (2, 3, 5, 8, 12)),
            permutation(metric_like(10) - metric_like(10)),
        ],
        "bootstrap": [bootstrap(metric_like(60)), bootstrap(random.exponential(1, 40))],
        "holm": [
            holm(np.array([0.01, 0.04, 0.03, 0.005])),
            holm(np.array([0.5, 0.9])),
            holm(np.array([1e-8, 0.02, 0.02, 0.7, 0.013])),
            holm(random.random(12) ** 4),
        ],
        "normal": [[z, 2 * stats.norm.sf(z)] for z in (0.0, 1e-9, 0.1, 0.5, 0.7, 1.0, 1.96, 3.0, 5.6, 5.7, 9.0, 20.0, 36.0)],
    },
    sys.stdout,
    indent=1,
)
