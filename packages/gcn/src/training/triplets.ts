import type { TrainingRecord } from '@tensorec/core';
import type { PairBatch } from '@tensorec/kernels';
import { mapBatches, pairBatches, type Batches } from '@tensorec/training';
import { UniformNegatives } from './uniform-negatives.js';

/** How users, items that they have and items that they do not have are drawn. */
export interface TripletOptions {
  /** Pairs a batch. */
  readonly batchSize: number;
  /** Negatives a pair. */
  readonly negatives: number;
}

/** Each pair of a user and an item once an epoch, in an order of its own, with items that the user does not have. */
export function tripletBatches(
  { history, itemCounts, fingerprint, seed }: TrainingRecord,
  { batchSize, negatives: perPair }: TripletOptions,
): Batches<PairBatch> {
  return mapBatches(pairBatches(history, { batchSize, seed }), {
    name: 'negatives',
    seed,
    identity: { perPair, data: fingerprint },
    changer() {
      const sampler = new UniformNegatives(history, itemCounts);
      return ({ size, userRows, itemRows }, random) => {
        const negatives = new Int32Array(size * perPair);
        for (let n = 0; n < negatives.length; n++) {
          negatives[n] = sampler.draw(userRows[Math.floor(n / perPair)]!, random);
        }
        return { rows: userRows, positives: itemRows, negatives };
      };
    },
  });
}
