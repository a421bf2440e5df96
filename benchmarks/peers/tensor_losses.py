"""The losses of benchmarks/tensor-losses.ts by PyTorch, value and gradients: fastest and median milliseconds.

    python tensor_losses.py [threads]
"""

import sys
import time

import torch
from torch.nn import functional as F

CALLS = 7
LIMIT = 20

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
generator = torch.Generator().manual_seed(1)


def matrix(rows, columns):
    return (torch.randn(rows, columns, generator=generator) * 0.3).requires_grad_()


def numbers(most, *shape):
    return torch.randint(0, most, shape, generator=generator)


def measure(name, loss, leaves):
    times = []
    begun = time.perf_counter()
    while len(times) < CALLS and (not times or time.perf_counter() - begun < LIMIT):
        start = time.perf_counter()
        torch.autograd.grad(loss(), leaves)
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    print(f"{name} | {times[0]:.3g} / {times[len(times) // 2]:.3g}", flush=True)


def catalogue(positions, columns, items):
    queries, table, targets = matrix(positions, columns), matrix(items, columns), numbers(items, positions)
    name = f"catalogueSoftmax {positions} × {columns}, V = {items}"
    measure(name, lambda: F.cross_entropy(queries @ table.T, targets), [queries, table])


def sampled_bce(positions, columns, items, count):
    queries, table = matrix(positions, columns), matrix(items, columns)
    rows = torch.cat([numbers(items, positions, 1), numbers(items, positions, count)], 1)
    labels = torch.zeros(positions, count + 1)
    labels[:, 0] = 1

    def loss():
        scores = torch.bmm(F.embedding(rows, table), queries[:, :, None])[:, :, 0]
        return F.binary_cross_entropy_with_logits(scores, labels)

    measure(f"sampledBce {positions} × {columns}, V = {items}, negatives {positions} × {count}", loss, [queries, table])


def sampled_softmax(positions, columns, items, count):
    queries, table = matrix(positions, columns), matrix(items, columns)
    targets, negatives = numbers(items, positions), numbers(items, count)
    own = torch.zeros(positions, dtype=torch.int64)

    def loss():
        positive = (queries * F.embedding(targets, table)).sum(1, keepdim=True)
        scores = queries @ F.embedding(negatives, table).T
        scores = scores.masked_fill(negatives == targets[:, None], -torch.inf)
        return F.cross_entropy(torch.cat([positive, scores], 1), own)

    measure(f"sampledSoftmax {positions} × {columns}, V = {items}, negatives {count}", loss, [queries, table])


def info_nce(positions, columns):
    a, b, own = matrix(positions, columns), matrix(positions, columns), torch.arange(positions)
    measure(f"infoNCE {positions} × {columns}", lambda: F.cross_entropy(F.normalize(a) @ F.normalize(b).T / 0.2, own), [a, b])


print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads; milliseconds, fastest / median")
catalogue(25_600, 50, 3416)
catalogue(2048, 64, 100_000)
sampled_bce(25_600, 50, 3416, 256)
sampled_softmax(25_600, 50, 3416, 512)
info_nce(2048, 64)
