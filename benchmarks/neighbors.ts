// Row S5: the K = 100 most similar items by plain cosine; what such lists are worth is seen on MovieLens 1M.
import type { Id, TrainingData } from '@tensorec/core';
import { rowCounts } from '@tensorec/kernels';
import { ItemKNN, type ItemKNNModel } from '@tensorec/neighbors';
import { binary, gowalla, movieLens, synthetic } from './harness/data.js';
import { report, startBenchmark, time } from './harness/measure.js';
import { rankGiven } from './harness/quality.js';

const options = await startBenchmark(['ml-1m', 'gowalla', 'synth10m']);
const recommender = new ItemKNN({
  neighbors: 100,
  similarity: 'cosine',
  shrink: 0,
  weighting: 'none',
});

for (const set of options.sets) {
  if (set === 'ml-1m') {
    const split = await movieLens();
    await measure(set, split.train, (model) => rankGiven(model, split));
  } else {
    await measure(set, set === 'gowalla' ? gowalla().train : synthetic());
  }
}

async function measure<User extends Id, Item extends Id>(
  set: string,
  train: TrainingData<User, Item>,
  quality?: (model: ItemKNNModel<User, Item>) => Promise<Readonly<Record<string, number>>>,
): Promise<void> {
  const timing = await time(options.repeats, () => recommender.fit(train));
  const model = await recommender.fit(train);
  const similarities = model.lists.indices.filter((item) => item >= 0).length;
  // What every two items of a user cost together.
  const products = rowCounts(binary(train)).reduce((sum, count) => sum + count * count, 0);
  report(`item-knn ${set}`, options, timing, {
    quality: { ...(await quality?.(model)), similarities },
    detail: { 'million products/s': products / timing.min / 1e6 },
  });
}
