"""Steps of LightGCN in torch, double precision: losses, gradients and parameters after three steps of Adam.

python light-gcn.py > light-gcn.json (Python 3.11, pip install torch==2.15.0).
Afterwards: npx prettier --write packages/kernels/test/golden
"""
import json

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
ROWS, COLUMNS, FACTORS, LAYERS, DECAY, RATE = 5, 6, 3, 3, 0.01, 0.05
# Row 4 and column 5 have no entries; the last entry is there twice.
ENTRIES = [(0, 0), (0, 1), (0, 4), (1, 1), (1, 2), (2, 0), (2, 2), (2, 3), (3, 3), (3, 4), (3, 4)]
BATCHES = [
    dict(rows=[0, 1, 1, 4], positives=[1, 2, 2, 5], negatives=[3, 0, 0, 2]),
    dict(rows=[3, 2], positives=[4, 0], negatives=[0, 1, 5, 2]),
    dict(rows=[0], positives=[4], negatives=[4]),
]

adjacency = torch.zeros(ROWS + COLUMNS, ROWS + COLUMNS)
for row, column in ENTRIES:
    adjacency[row, ROWS + column] += 1
    adjacency[ROWS + column, row] += 1
degrees = adjacency.sum(1)
scale = torch.where(degrees > 0, degrees.clamp(min=1).rsqrt(), torch.zeros(()))
adjacency = scale[:, None] * adjacency * scale

start = torch.randn(ROWS + COLUMNS, FACTORS).mul(0.3).float().double()
parameters = torch.nn.Parameter(start.clone())
optimizer = torch.optim.Adam([parameters], lr=RATE)


def embed():
    layers = [parameters]
    for _ in range(LAYERS):
        layers.append(adjacency @ layers[-1])
    return torch.stack(layers).mean(0)


def tables(table):
    table = table.detach()
    return dict(rows=table[:ROWS].flatten().tolist(), columns=table[ROWS:].flatten().tolist())


steps = []
for batch in BATCHES:
    rows = torch.tensor(batch["rows"])
    positives = torch.tensor(batch["positives"]) + ROWS
    negatives = torch.tensor(batch["negatives"]).reshape(len(rows), -1) + ROWS
    z = embed()
    good = (z[rows] * z[positives]).sum(1, keepdim=True)
    bad = (z[rows][:, None] * z[negatives]).sum(2)
    named = torch.cat([rows, positives, negatives.flatten()])
    loss = torch.nn.functional.softplus(bad - good).mean()
    loss = loss + DECAY / 2 * parameters[named].square().sum() / len(rows)
    optimizer.zero_grad()
    loss.backward()
    steps.append(dict(batch=batch, loss=loss.item(), gradients=tables(parameters.grad)))
    optimizer.step()

print(json.dumps(dict(
    torch=torch.__version__.split("+")[0], rows=ROWS, columns=COLUMNS, entries=ENTRIES, factors=FACTORS, layers=LAYERS,
    regularization=DECAY, learningRate=RATE, start=tables(start), steps=steps, end=tables(parameters),
    embeddings=tables(embed()),
), indent=1))
