import { buildCsr, type Steps } from '@tensorec/kernels';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  featureBatches,
  pairBatches,
  PopularitySampler,
  HardNegativeSampler,
  train,
  UniformSampler,
  valuedPairBatches,
  withNegatives,
  withWeighedNegatives,
  type Batches,
  type PairBatch,
  type TrainingStep,
  type ValuedPairBatch,
} from '../src/index.js';
import { fixedStep } from './fixed-step.js';

const data = buildCsr(1, 1, Int32Array.of(0), Int32Array.of(0));
const pairs = pairBatches(data, { batchSize: 1 });
const valued = valuedPairBatches(data, { batchSize: 1 });
const options = { epochs: 1, learningRate: 1 };

const learnsPairs: TrainingStep<PairBatch> = fixedStep(() => 0);
const learnsValues: TrainingStep<ValuedPairBatch> = fixedStep(() => 0);

describe('types', () => {
  it('a step takes the batches that it learns from, and those that have more', async () => {
    await train(learnsPairs, pairs, options);
    await train(learnsPairs, valued, options);
    await train(learnsValues, valued, options);
    // @ts-expect-error pairs have no values
    await train(learnsValues, pairs, options);
    // @ts-expect-error a step that needs values is none for pairs
    const wrong: TrainingStep<PairBatch> = learnsValues;
    expect(wrong).toBe(learnsValues);
  });

  it('a class is a step for its batches alone', async () => {
    class Values {
      step(batch: ValuedPairBatch): number {
        return batch.values[0]!;
      }
      parameters() {
        return { weights: new Float32Array(1) };
      }
      restore(): void {
        // Learns nothing.
      }
    }
    await train(new Values(), valued, options);
    await expect(async () => {
      // @ts-expect-error pairs have no values
      await train(new Values(), pairs, options);
    }).rejects.toThrow(TypeError);
  });

  it('a step gives its loss as a number, a promise or steps', () => {
    const rest = fixedStep(() => 0);
    const kinds: TrainingStep<PairBatch>[] = [
      { ...rest, step: () => 1 },
      { ...rest, step: async () => Promise.resolve(1) },
      {
        ...rest,
        *step(): Steps<number> {
          yield 0;
          return 1;
        },
      },
      // @ts-expect-error a loss is a number
      { ...rest, step: () => 'low' },
      // @ts-expect-error parameters are arrays
      { ...rest, parameters: () => ({ bias: 1 }) },
      // @ts-expect-error a safetensors file cannot hold these numbers
      { ...rest, parameters: () => ({ bias: new BigInt64Array(1) }) },
    ];
    expect(kinds).toHaveLength(6);
  });

  it('negatives are added to whatever batches have users', () => {
    const uniform = new UniformSampler(1);
    expectTypeOf(withNegatives(valued, uniform)).toExtend<
      Batches<ValuedPairBatch & { readonly negatives: Int32Array }>
    >();
    expectTypeOf(withWeighedNegatives(pairs, uniform)).toExtend<
      Batches<PairBatch & { readonly logProbabilities: Float32Array }>
    >();
    const hard = new HardNegativeSampler(new PopularitySampler(Int32Array.of(1)), {
      candidates: 2,
      score: (_users, _items, scores) => scores.fill(0),
    });
    withNegatives(pairs, hard);
    // @ts-expect-error what follows the model has no known probability
    withWeighedNegatives(pairs, hard);
    const features = featureBatches({ age: new Float32Array(1) }, { rows: 1, batchSize: 1 });
    // @ts-expect-error features have no users
    withNegatives(features, uniform);
  });

  it('columns of features keep their types', () => {
    const columns = { age: Float32Array.of(1), clicks: Int32Array.of(1) };
    for (const batch of featureBatches(columns, { rows: 1, batchSize: 1 }).epoch(1)) {
      expectTypeOf(batch.columns.age).toEqualTypeOf<Float32Array<ArrayBuffer>>();
      expectTypeOf(batch.columns.clicks).toEqualTypeOf<Int32Array<ArrayBuffer>>();
      // @ts-expect-error there is no such column
      expect(batch.columns.label).toBeUndefined();
    }
  });
});
