"""Golden values of torch for attention: python attention.py > attention.json (torch 2, double precision)."""

import itertools
import json

import numpy
import torch


def wave(shape, offset):
    numbers = numpy.sin(0.7 * numpy.arange(numpy.prod(shape)) + offset) * 1.5
    return torch.tensor(numbers.astype(numpy.float32).astype(numpy.float64).reshape(shape), requires_grad=True)


shape = (2, 2, 5, 3)
cases = []
for causal, masked, biased in itertools.product([False, True], repeat=3):
    query, key, value, bias = wave(shape, 0), wave(shape, 1), wave(shape, 2), wave((2, 5, 5), 3)
    mask = torch.tensor([[0, 1, 1, 0, 1], [1, 1, 1, 1, 0]], dtype=torch.bool)
    hidden = torch.zeros((2, 2, 5, 5), dtype=torch.float64)
    if masked:
        hidden = hidden.masked_fill(~mask[:, None, None, :], -torch.inf)
    if causal:
        hidden = hidden.masked_fill(torch.ones(5, 5).triu(1).bool(), -torch.inf)
    added = hidden + bias if biased else hidden
    result = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=added)
    # torch gives NaN or 0 to a query without keys, by version; the operation promises 0.
    lost = torch.isinf(hidden).all(-1, keepdim=True)
    result = torch.where(lost, 0.0, result)
    gradient = wave(shape, 4)
    leaves = [query, key, value] + ([bias] if biased else [])
    if masked and causal:
        # Without NaN on the way back: the query that sees nothing is left out by hand.
        scores = query @ key.transpose(-1, -2) / 3**0.5 + (bias if biased else 0.0)
        weights = torch.softmax(torch.where(torch.isinf(hidden), -1e30, scores), -1)
        result = torch.where(lost, 0.0, torch.where(torch.isinf(hidden), 0.0, weights) @ value)
    gradients = torch.autograd.grad((result * gradient.detach()).sum(), leaves)
    name = " ".join(n for n, on in [("causal", causal), ("masked", masked), ("biased", biased)] if on)
    cases.append(
        {
            "name": name or "plain",
            "causal": causal,
            "masked": masked,
            "biased": biased,
            "result": [float(f"{x:.8g}") for x in result.flatten().tolist()],
            "gradients": [[float(f"{x:.8g}") for x in g.flatten().tolist()] for g in gradients],
        }
    )
print(json.dumps(cases))
