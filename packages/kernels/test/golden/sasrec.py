"""Writes sasrec.json: losses and gradients of SASRec in float64 by torch's own layers and autograd.

    pip install torch==2.15.0
    python sasrec.py > sasrec.json

The architecture is that of the authors' code (queries normalised, the residual starts from them, keys and values not), with
nn.LayerNorm, nn.Linear and scaled_dot_product_attention. Parameters are 0.4 * sin(1 + k + 0.37 * i) for number i of the
parameter k in the order of the file, plus 1 for gains, rounded to single precision; so the test makes them too.
gBCE is computed as its authors do: sigma^beta of the positive, turned back into a logit.
"""
import json
import math
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

D, BLOCKS, ITEMS, LONGEST = 6, 2, 11, 8
SEQUENCES = [[3], [10, 0], [1, 2, 3, 4, 5, 6, 7], [9, 9, 8, 8, 0, 1, 5, 4]]
TARGETS = [[4], [-1, 7], [2, 3, 4, 5, -1, 7, 8], [9, 8, 8, 0, 1, 5, 4, 10]]
NEGATIVES = 3
torch.set_default_dtype(torch.float64)


class Block(nn.Module):
    def __init__(self, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output, self.inner, self.outer = (nn.Linear(D, D) for _ in range(6))
        self.attentionNorm, self.innerNorm = nn.LayerNorm(D, 1e-8), nn.LayerNorm(D, 1e-8)

    def forward(self, x):
        split = lambda y: y.view(-1, self.heads, D // self.heads).transpose(0, 1)
        normed = self.attentionNorm(x)
        q, k, v = split(self.query(normed)), split(self.key(x)), split(self.value(x))
        a = F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
        middle = self.innerNorm(normed + self.output(a.transpose(0, 1).reshape(-1, D)))
        return middle + self.outer(F.relu(self.inner(middle)))


class SASRec(nn.Module):
    def __init__(self, heads):
        super().__init__()
        self.blocks = nn.ModuleList(Block(heads) for _ in range(BLOCKS))
        self.norm = nn.LayerNorm(D, 1e-8)
        self.positions, self.items = nn.Embedding(LONGEST, D), nn.Embedding(ITEMS, D)

    def forward(self, items):
        x = self.items(items) * math.sqrt(D) + self.positions.weight[LONGEST - len(items):]
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


def named(model):
    """Parameters by our names, with whether ours are transposed."""
    for name, parameter in model.named_parameters():
        norm = "orm." in name
        ours = name.replace("positions.weight", "positions").replace("items.weight", "items")
        if norm:
            ours = ours.replace("weight", "gain")
        yield ours, parameter, parameter.dim() == 2 and "." in ours


def fill(model):
    for k, (name, parameter, transposed) in enumerate(named(model)):
        i = torch.arange(parameter.numel())
        numbers = 0.4 * torch.sin(1 + k + 0.37 * i) + (1 if name.endswith("gain") else 0)
        shaped = numbers.float().double().view(parameter.shape if not transposed else parameter.shape[::-1])
        parameter.data.copy_(shaped.T if transposed else shaped)


def position_loss(kind, h, table, target, negatives, corrections):
    positive, others = h @ table[target], table[negatives] @ h
    if kind == "softmax":
        return F.cross_entropy((table @ h)[None], torch.tensor([target]))
    if kind == "sampled-softmax":
        return F.cross_entropy(torch.cat([positive[None], others - corrections])[None], torch.tensor([0]))
    labels = torch.tensor([1.0] + [0.0] * len(negatives))
    if kind == "gbce":
        alpha = len(negatives) / (ITEMS - 1)
        beta = alpha * ((1 - 1 / alpha) * 0.75 + 1 / alpha)
        p = torch.clamp(torch.sigmoid(positive), 1e-10, 1 - 1e-10) ** -beta
        positive = torch.log(1 / (p - 1))
    logits = torch.cat([positive[None], others])
    reduction = "mean" if kind == "gbce" else "sum"
    return F.binary_cross_entropy_with_logits(logits, labels, reduction=reduction)


def run(kind, heads):
    model = SASRec(heads)
    fill(model)
    losses, at = [], 0
    for items, targets in zip(SEQUENCES, TARGETS):
        states = model(torch.tensor(items))
        for h, target in zip(states, targets):
            negatives = [(7 * at + 3 * j) % ITEMS for j in range(NEGATIVES)]
            corrections = torch.tensor([0.25 * ((at + j) % 5) - 0.5 for j in range(NEGATIVES)])
            at += 1
            if target >= 0:
                losses.append(position_loss(kind, h, model.items.weight, target, negatives, corrections))
    loss = torch.stack(losses).mean()
    loss.backward()
    gradients = {
        name: [float(f"{x:.7g}") for x in (p.grad.T if transposed else p.grad).reshape(-1).tolist()]
        for name, p, transposed in named(model)
    }
    return {"kind": kind, "heads": heads, "loss": loss.item(), "gradients": gradients}


runs = [run("bce", 1), run("gbce", 3), run("sampled-softmax", 1), run("softmax", 3)]
golden = dict(torch=torch.__version__.split("+")[0], factors=D, blocks=BLOCKS, items=ITEMS, maxLength=LONGEST,
              sequences=SEQUENCES, targets=TARGETS, negatives=NEGATIVES, runs=runs)
json.dump(golden, sys.stdout, separators=(",", ":"))
print()
