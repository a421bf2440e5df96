"""Values and gradients of losses by PyTorch in double precision.

    python losses.py > losses.json && npx prettier --write losses.json

Inputs are rounded to single precision first, so that both sides start from the same numbers.
"""

import json
import sys

import torch
from torch.nn import functional as F

generator = torch.Generator().manual_seed(7)


def normal(*shape, scale=1.0):
    numbers = torch.randn(*shape, generator=generator) * scale
    return numbers.round(decimals=3).to(torch.float32).to(torch.float64).requires_grad_()


def integers(most, *shape):
    return torch.randint(0, most, shape, generator=generator)


def case(loss, inputs, **others):
    gradients = torch.autograd.grad(loss, list(inputs.values()))
    plain = lambda x: x.tolist() if isinstance(x, torch.Tensor) else x
    return {
        **{name: plain(x.detach()) for name, x in inputs.items()},
        **{name: plain(x) for name, x in others.items()},
        "loss": loss.item(),
        "gradients": {name: plain(g) for name, g in zip(inputs, gradients)},
    }


def mean(losses, weights):
    return (losses * weights).sum() / weights.sum()


def binary_cross_entropy():
    logits, labels = normal(3, 4, scale=4), integers(2, 3, 4).to(torch.float64)
    weights = torch.tensor([[1, 2, 0, 1], [0.5, 1, 1, 0], [3, 1, 1, 1]], dtype=torch.float64)
    losses = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return case(mean(losses, weights), {"logits": logits}, labels=labels, weights=weights)


def bce_rows(positives, negatives, beta=1.0):
    terms = -beta * F.logsigmoid(positives) - F.logsigmoid(-negatives).sum(1)
    return terms / (1 + negatives.shape[1])


def bpr_rows(positives, negatives):
    return -F.logsigmoid(positives[:, None] - negatives).mean(1)


def beta_of(negatives, catalogue, t):
    alpha = negatives / (catalogue - 1)
    return alpha * (t * (1 - 1 / alpha) + 1 / alpha)


def of_scores(rows, **others):
    positives, negatives = normal(5, scale=3), normal(5, 3, scale=3)
    weights = torch.tensor([1, 0, 2, 0.5, 1], dtype=torch.float64)
    inputs = {"positives": positives, "negatives": negatives}
    return case(mean(rows(positives, negatives), weights), inputs, weights=weights, **others)


TARGETS = torch.tensor([3, 0, -1, 6, 3, 10])
WEIGHTS = torch.tensor([1, 2, 5, 0.5, 1, 1], dtype=torch.float64)


def catalogue_softmax():
    queries, table, bias = normal(6, 5), normal(11, 5), normal(11)
    logits = queries @ table.T / 0.5 + bias
    known = TARGETS >= 0
    loss = mean(F.cross_entropy(logits, TARGETS, ignore_index=-1, reduction="none")[known], WEIGHTS[known])
    inputs = {"queries": queries, "table": table, "bias": bias}
    return case(loss, inputs, targets=TARGETS, weights=WEIGHTS, temperature=0.5)


def sampled_softmax(negatives):
    queries, table = normal(6, 5), normal(11, 5)
    log_q = torch.log_softmax(normal(11).detach(), 0).to(torch.float32).to(torch.float64)
    known = TARGETS >= 0
    rows = negatives.expand(6, -1) if negatives.dim() == 1 else negatives
    columns = torch.cat([TARGETS.clamp(min=0)[:, None], rows], 1)
    logits = torch.einsum("nd,nmd->nm", queries, table[columns]) / 0.5 - log_q[columns]
    hits = torch.cat([torch.zeros(6, 1, dtype=torch.bool), rows == TARGETS[:, None]], 1)
    logits = logits.masked_fill(hits, -torch.inf)
    losses = F.cross_entropy(logits, torch.zeros(6, dtype=torch.int64), reduction="none")
    inputs = {"queries": queries, "table": table}
    return case(
        mean(losses[known], WEIGHTS[known]), inputs,
        targets=TARGETS, negatives=negatives, weights=WEIGHTS, temperature=0.5, logQ=log_q,
    )


def sampled(rows, **others):
    queries, table = normal(6, 5), normal(11, 5)
    negatives = integers(11, 6, 7)
    known = TARGETS >= 0
    positive = (queries * table[TARGETS.clamp(min=0)]).sum(1)
    negative = torch.einsum("nd,nmd->nm", queries, table[negatives])
    loss = mean(rows(positive, negative)[known], WEIGHTS[known])
    inputs = {"queries": queries, "table": table}
    return case(loss, inputs, targets=TARGETS, negatives=negatives, weights=WEIGHTS, **others)


def info_nce():
    a, b = normal(4, 3), normal(4, 3)
    logits = F.normalize(a) @ F.normalize(b).T / 0.2
    loss = F.cross_entropy(logits, torch.arange(4))
    return case(loss, {"a": a, "b": b}, temperature=0.2)


gbce = {"catalogue": 11, "t": 0.75}
golden = {
    "torch": torch.__version__,
    "binaryCrossEntropy": binary_cross_entropy(),
    "bpr": of_scores(bpr_rows),
    "generalizedBce": of_scores(lambda p, n: bce_rows(p, n, beta_of(3, **gbce)), **gbce),
    "catalogueSoftmax": catalogue_softmax(),
    "sampledSoftmaxShared": sampled_softmax(torch.tensor([1, 3, 3, 9, 0, 7])),
    "sampledSoftmax": sampled_softmax(integers(11, 6, 7)),
    "sampledBce": sampled(bce_rows),
    "sampledBpr": sampled(bpr_rows),
    "sampledGeneralizedBce": sampled(lambda p, n: bce_rows(p, n, beta_of(7, **gbce)), **gbce),
    "infoNCE": info_nce(),
}
json.dump(json.loads(json.dumps(golden), parse_float=lambda s: float(f"{float(s):.9g}")), sys.stdout, indent=1)
