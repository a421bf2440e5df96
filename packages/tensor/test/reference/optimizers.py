"""Writes optimizers.json: parameters after each step of PyTorch's optimizers.

    python packages/tensor/test/reference/optimizers.py && npx prettier --write packages/tensor/test/reference

Dense gradients for all of a 5 x 3 matrix, and row-sparse ones (torch.sparse_coo_tensor) for three rows a step. PyTorch has
row-sparse gradients for SGD without momentum, Adagrad and Adam (SparseAdam, which is lazy).
"""

import json
from pathlib import Path

import numpy as np
import torch

ROWS, COLUMNS, STEPS = 5, 3, 6
torch.set_default_dtype(torch.float64)

random = np.random.default_rng(7)


def numbers(*shape):
    # Exact in single precision, so that both sides start from the same numbers.
    return np.float32(random.normal(size=shape)).astype(np.float64)


initial = numbers(ROWS, COLUMNS)
dense_gradients = numbers(STEPS, ROWS, COLUMNS)
row_numbers = [sorted(random.choice(ROWS, 3, replace=False).tolist()) for _ in range(STEPS)]
row_gradients = numbers(STEPS, 3, COLUMNS)


def run(make, gradients):
    parameters = torch.nn.Parameter(torch.tensor(initial))
    optimizer = make([parameters])
    results = []
    for gradient in gradients:
        parameters.grad = gradient
        optimizer.step()
        results.append(parameters.detach().flatten().tolist())
    return results


dense = [torch.tensor(gradient) for gradient in dense_gradients]
sparse = [
    torch.sparse_coo_tensor([rows], torch.tensor(gradient), (ROWS, COLUMNS)).coalesce()
    for rows, gradient in zip(row_numbers, row_gradients)
]
optim = torch.optim
makers = {
    "sgd": lambda p: optim.SGD(p, lr=0.1),
    "momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.8),
    "nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True),
    "adagrad": lambda p: optim.Adagrad(p, lr=0.1),
    "adam": lambda p: optim.Adam(p, lr=0.05, betas=(0.85, 0.99)),
    "adamw": lambda p: optim.AdamW(p, lr=0.05, weight_decay=0.3),
}
sparse_makers = {
    "sgd": makers["sgd"],
    "adagrad": makers["adagrad"],
    "adam": lambda p: optim.SparseAdam(p, lr=0.05, betas=(0.85, 0.99)),
}
result = {
    "torch": torch.__version__.split("+")[0],
    "shape": [ROWS, COLUMNS],
    "initial": initial.flatten().tolist(),
    "denseGradients": [gradient.flatten().tolist() for gradient in dense_gradients],
    "dense": {name: run(make, dense) for name, make in makers.items()},
    "rows": row_numbers,
    "rowGradients": [gradient.flatten().tolist() for gradient in row_gradients],
    "sparse": {name: run(make, sparse) for name, make in sparse_makers.items()},
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
