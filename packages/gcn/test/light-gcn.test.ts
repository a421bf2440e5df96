import { Interactions, type TrainingEpoch } from '@tensorec/core';
import { evaluate } from '@tensorec/evaluation';
import { buildCsr, Random } from '@tensorec/kernels';
import { knownData } from '@tensorec/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { LightGCN, lightgcn, type LightGCNModel } from '../src/index.js';
import { propagate, sumOf } from './propagation.js';

const pairs = ['aw', 'ax', 'bw', 'by', 'cw', 'cx', 'cy', 'dx', 'dz', 'ey', 'ez', 'ay', 'ay'];
const small = Interactions.fromColumns({
  users: pairs.map((pair) => pair[0]!),
  items: pairs.map((pair) => pair[1]!),
});

/** A learning rate that moves no number of single precision. */
const still = 1e-38;

/** x⁰ of a seed before training, users first. */
function startOf(nodes: number, factors: number, seed: number): number[][] {
  const table = new Float32Array(nodes * factors);
  new Random(seed).fillNormal(table, 0, 0.1);
  return Array.from({ length: nodes }, (_, node) =>
    Array.from(table.subarray(node * factors, (node + 1) * factors)),
  );
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, n) => {
    expect(Math.abs(found[n]! - value), `number ${n}`).toBeLessThan(1e-6);
  });
}

describe('the embeddings', () => {
  it.each([1, 2, 3, 5])('are those of equations 3 and 4 with %d layers', async (layers) => {
    const model = await new LightGCN({ factors: 3, layers, epochs: 1, learningRate: still }).fit(
      small,
      { seed: 9 },
    );
    const { history } = model.training;
    const start = startOf(history.rows + history.columns, 3, 9);
    const expected = propagate(history, start, layers);
    expectClose(model.userFactors, expected.users.flat());
    expectClose(model.itemFactors, expected.items.flat());
    model.dispose();
  });

  it.each([1, 2, 3])('of a history are what its items pass on, with %d layers', async (layers) => {
    const model = await new LightGCN({ factors: 3, layers, epochs: 1, learningRate: still }).fit(
      small,
      { seed: 9 },
    );
    const { history, itemCounts } = model.training;
    const start = startOf(history.rows + history.columns, 3, 9);
    const { itemLayers, items } = propagate(history, start, layers);
    const read = [0, 2, 3];
    const messages = read.flatMap((item) =>
      itemLayers
        .slice(0, layers)
        .map((layer) =>
          layer[item]!.map((x) => x / (layers + 1) / Math.sqrt(read.length * itemCounts[item]!)),
        ),
    );
    const embedding = sumOf(messages, 3);
    const scores = new Float32Array(items.length);
    const rows = new Int32Array(read.length);
    model.scoreHistories(buildCsr(1, items.length, rows, Int32Array.from(read)), scores);
    expectClose(
      scores,
      items.map((item) => item.reduce((sum, x, i) => sum + x * embedding[i]!, 0)),
    );
    model.dispose();
  });
});

describe('training', () => {
  const { train: events } = knownData.checkerboard({ users: 80, items: 50 });
  /** A part with every tenth event, or with the others. */
  const rows = (isTenth: boolean): Int32Array =>
    Int32Array.from({ length: events.size }, (_, row) => row).filter(
      (row) => (row % 10 === 0) === isTenth,
    );
  const train = events.part(rows(false), 'train', 'tenths');
  const validation = events.part(rows(true), 'validation', 'tenths');
  const parameters = { factors: 8, layers: 2, batchSize: 512, learningRate: 0.03 };

  it('lowers the loss, and tells it after each epoch', async () => {
    const losses: number[] = [];
    const model = await new LightGCN({ ...parameters, epochs: 20 }).fit(train, {
      onEpoch: ({ values }) => losses.push(values['loss']!),
    });
    model.dispose();
    expect(losses).toHaveLength(20);
    expect(losses[0]).toBeGreaterThan(0.6);
    expect(losses[19]).toBeLessThan(0.4);
  });

  it('watches the validation part, stops when it improves no more, and keeps the best epoch', async () => {
    const epochs: TrainingEpoch[] = [];
    const model = await new LightGCN({ ...parameters, epochs: 500 }).fit(train, {
      validation,
      training: { metric: 'recall@5', every: 2, patience: 3 },
      onEpoch: (epoch) => epochs.push(epoch),
    });
    const watched = epochs.filter(({ values }) => 'recall@5' in values);
    expect(watched.map(({ epoch }) => epoch)).toEqual(watched.map((_, n) => 2 * n + 2));
    const figures = watched.map(({ values }) => values['recall@5']!);
    const best = Math.max(...figures);
    expect(figures.indexOf(best)).toBe(figures.length - 4);
    expect(figures.at(-1)).toBeLessThanOrEqual(best);
    const { metrics } = await evaluate(model, validation, { metrics: ['recall@5'] });
    expect(metrics['recall@5']).toBe(best);
    model.dispose();
  });

  it('goes by ndcg@10 every 5 epochs where nothing else is said', async () => {
    const watched: number[] = [];
    const model = await new LightGCN({ ...parameters, epochs: 12 }).fit(train, {
      validation,
      onEpoch: ({ epoch, values }) => 'ndcg@10' in values && watched.push(epoch),
    });
    model.dispose();
    expect(watched).toEqual([5, 10, 12]);
  });

  it('stops when its minutes are over', async () => {
    const model = await new LightGCN({ ...parameters, epochs: 1e9 }).fit(train, {
      training: { maxMinutes: 0.002 },
    });
    model.dispose();
  });

  it('refuses a metric that lists do not have', async () => {
    const options = { validation, training: { metric: 'rmse' } };
    await expect(new LightGCN(parameters).fit(train, options)).rejects.toThrow(/rmse/);
  });

  it('reads each pair once and no values', async () => {
    const again = Interactions.fromColumns({
      users: ['a', 'a', 'b', 'a', 'b'],
      items: ['x', 'y', 'y', 'y', 'z'],
      values: [5, -2, 0, 3, 1],
    });
    const once = Interactions.fromColumns({
      users: ['a', 'a', 'b', 'b'],
      items: ['x', 'y', 'y', 'z'],
    });
    const [first, second] = await Promise.all(
      [again, once].map((data) => new LightGCN({ factors: 4, epochs: 5 }).fit(data)),
    );
    expect(first!.itemFactors).toEqual(second!.itemFactors);
  });
});

describe('the parameters', () => {
  it('are those of the paper but for batches and learning rate', () => {
    expect(new LightGCN().parameters).toMatchObject({
      factors: 64,
      layers: 3,
      regularization: 1e-4,
      negatives: 1,
    });
  });

  it.each([
    { layers: 0 },
    { layers: 101 },
    { factors: 0 },
    { epochs: 1.5 },
    { batchSize: 0 },
    { learningRate: 0 },
    { regularization: -1 },
    { negatives: 0 },
  ])('may not be %o', (parameters) => {
    expect(() => new LightGCN(parameters)).toThrow(Object.keys(parameters)[0]);
  });

  it('are typed', () => {
    expectTypeOf(new LightGCN().fit(small)).resolves.toEqualTypeOf<LightGCNModel<string, string>>();
    // @ts-expect-error no such parameter
    const wrong: Parameters<typeof lightgcn.create>[0] = { depth: 3 };
    expect(() => lightgcn.create(wrong)).toThrow(/depth/);
  });
});
