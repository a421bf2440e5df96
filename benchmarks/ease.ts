// Row S6: EASE with λ = 1000 on all items of MovieLens 1M and on the 10,000 most popular ones of the 10 million rows.
import type { Id, TrainingData } from '@tensorec/core';
import { EASE, type EASEModel } from '@tensorec/neighbors';
import { mostPopular, movieLens, synthetic } from './harness/data.js';
import { report, startBenchmark, time } from './harness/measure.js';
import { rankGiven } from './harness/quality.js';

const options = await startBenchmark(['ml-1m', 'synth10m']);
const recommender = new EASE({ regularization: 1000 });

for (const set of options.sets) {
  if (set === 'ml-1m') {
    const split = await movieLens();
    await measure(set, split.train, (model) => rankGiven(model, split));
  } else {
    await measure(set, mostPopular(synthetic(), 10_000));
  }
}

async function measure<User extends Id, Item extends Id>(
  set: string,
  train: TrainingData<User, Item>,
  quality?: (model: EASEModel<User, Item>) => Promise<Readonly<Record<string, number>>>,
): Promise<void> {
  let model: EASEModel<User, Item> | undefined;
  const timing = await time(options.repeats, async () => {
    // Two results at once would be 800 MB for 10,000 items.
    model = undefined;
    model = await recommender.fit(train);
  });
  const items = train.items.size;
  report(`ease ${set}`, options, timing, {
    quality: { ...(model && (await quality?.(model))) },
    // A Cholesky factorization and the inverse from it are items³ operations; the Gram matrix is not counted.
    detail: { items, 'GFLOP/s of the inverse, in all of the time': items ** 3 / timing.min / 1e9 },
  });
}
