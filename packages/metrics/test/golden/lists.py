"""Makes the random lists that lists.*.py score with other libraries: python lists.py (Python 3.11, no packages).

48 users and 60 items; items 55 to 59 have no training user. Of the users with u % 4 == 0 the list is shorter than the
longest cut, of those with u % 3 == 0 more items are relevant than fit in it. No item is twice in a list, so nothing ties.
Afterwards: npx prettier --write packages/metrics/test/golden
"""

import json
import random
from pathlib import Path

USERS, ITEMS, TRAINED = 48, 60, 55
CUTS = [1, 5, 10]

rng = random.Random(20240607)
weights = [1 / (item + 1) ** 0.7 for item in range(TRAINED)]


def draw(size):
    """Distinct trained items, the first ones more often."""
    drawn = []
    while len(drawn) < size:
        item = rng.choices(range(TRAINED), weights)[0]
        if item not in drawn:
            drawn.append(item)
    return drawn


train = [sorted(draw(rng.randint(3, 20))) for _ in range(USERS)]
for item in range(TRAINED):  # nobody misses a trained item
    if not any(item in own for own in train):
        train[item % USERS].append(item)
lists, relevant = [], []
for user in range(USERS):
    length = rng.randint(1, 9) if user % 4 == 0 else 12
    own = draw(max(0, length - 1)) + [rng.randint(TRAINED, ITEMS - 1)]
    rng.shuffle(own)
    lists.append(own[:length])
    size = rng.randint(14, 30) if user % 3 == 0 else rng.randint(1, 6)
    relevant.append(sorted(rng.sample(range(ITEMS), size)))
genres = ["action", "comedy", "drama", "horror", "war"]
tags = [sorted(rng.sample(genres, rng.choice([0, 1, 1, 2, 3]))) for _ in range(ITEMS)]
rows = [
    {"user": rng.randint(0, 9), "score": rng.random(), "click": rng.randint(0, 1), "rating": rng.randint(1, 5)}
    for _ in range(200)
]

Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "users": USERS,
            "items": ITEMS,
            "cuts": CUTS,
            "train": train,
            "lists": lists,
            "relevant": relevant,
            "categories": [own[:1] for own in tags],
            "tags": tags,
            "rows": rows,
        }
    )
)
