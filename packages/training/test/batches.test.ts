import { Interactions } from '@tensorec/core';
import type { Random } from '@tensorec/kernels';
import { buildCsr } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import {
  batchesOf,
  featureBatches,
  mapBatches,
  pairBatches,
  valuedPairBatches,
} from '../src/index.js';
import { chiSquare } from './chi-square.js';
import { errorOf } from './error-of.js';

const data = Interactions.fromColumns({
  users: ['ann', 'bob', 'ann', 'cat', 'ann'],
  items: [7, 7, 8, 9, 7],
  values: [1, 2, 3, 4, 5],
});

describe('pairBatches', () => {
  it('gives the pairs in the order of the data where nothing is shuffled, and the rest in a last batch', () => {
    const batches = valuedPairBatches(data, { batchSize: 2, shuffle: false });
    expect(batches.batchesPerEpoch).toBe(3);
    // Arrays are written over by the next batch.
    const seen = Array.from(batches.epoch(1), (batch) => structuredClone(batch));
    expect(seen).toEqual([
      {
        size: 2,
        userRows: Int32Array.of(0, 1),
        itemRows: Int32Array.of(0, 0),
        values: Float32Array.of(1, 2),
      },
      {
        size: 2,
        userRows: Int32Array.of(0, 2),
        itemRows: Int32Array.of(1, 2),
        values: Float32Array.of(3, 4),
      },
      {
        size: 1,
        userRows: Int32Array.of(0),
        itemRows: Int32Array.of(0),
        values: Float32Array.of(5),
      },
    ]);
  });

  it('takes a matrix as well, and 1 for values that are not there', () => {
    const [batch] = pairBatches(data.byUser(), { batchSize: 9, shuffle: false }).epoch(1);
    expect(batch?.userRows).toEqual(Int32Array.of(0, 0, 0, 1, 2));
    expect(batch?.itemRows).toEqual(Int32Array.of(0, 1, 0, 0, 2));
    const plain = Interactions.fromColumns({ users: [1], items: [2] });
    const [valued] = valuedPairBatches(plain, { batchSize: 9 }).epoch(1);
    expect(valued?.values).toEqual(Float32Array.of(1));
  });

  it('names data and settings', () => {
    const identity = (options: object, source: Interactions = data) =>
      pairBatches(source, { batchSize: 2, ...options }).identity;
    expect(identity({ seed: 4 })).toEqual({
      kind: 'pairs',
      data: data.fingerprint,
      batchSize: 2,
      shuffle: true,
      seed: 4,
    });
    expect(identity({ shuffle: false })).not.toHaveProperty('seed');
    const other = data.select(Int32Array.of(0, 1));
    expect(identity({}, other)).not.toEqual(identity({}));
    const matrix = data.byUser();
    const doubled = { ...matrix, values: matrix.values.slice().map((value) => 2 * value) };
    const identities = [matrix, doubled].map(
      (csr) => valuedPairBatches(csr, { batchSize: 1 }).identity,
    );
    expect(identities[0]).not.toEqual(identities[1]);
  });

  it('refuses what makes no batches', async () => {
    for (const batchSize of [0, -1, 1.5, NaN, Infinity]) {
      expect(await errorOf(() => pairBatches(data, { batchSize }))).toMatchObject({
        code: 'invalid-argument',
        message: `batchSize is ${batchSize}; give a whole number of 1 or more.`,
      });
    }
    expect(await errorOf(() => pairBatches(data, { batchSize: 1, seed: -1 }))).toMatchObject({
      message: 'seed is -1; give a safe integer of 0 or more.',
    });
    const none = buildCsr(1, 1, new Int32Array(0), new Int32Array(0));
    expect(await errorOf(() => pairBatches(none, { batchSize: 1 }))).toMatchObject({
      message: 'There are 0 examples to make batches from; give 1 to 2147483647.',
    });
  });
});

describe('batchesOf', () => {
  const orders = (count: number, epochs: number): string[] => {
    const batches = batchesOf({
      count,
      batchSize: count,
      seed: 11,
      identity: {},
      gatherer: () => (positions) => positions.join(' '),
    });
    return Array.from({ length: epochs }, (_, n) => [...batches.epoch(n + 1)].join(' '));
  };

  it('gives every order alike', () => {
    const counts = new Map<string, number>();
    for (const order of orders(4, 2400)) counts.set(order, (counts.get(order) ?? 0) + 1);
    expect(counts.size).toBe(24);
    // The 99.9 % point of chi-square with 23 degrees of freedom.
    expect(chiSquare([...counts.values()], new Array<number>(24).fill(100))).toBeLessThan(49.73);
  });

  it('puts each of many examples anywhere', () => {
    const first = new Array<number>(10).fill(0);
    for (const order of orders(10_000, 500)) first[Math.floor(Number.parseInt(order) / 1000)]!++;
    expect(chiSquare(first, new Array<number>(10).fill(50))).toBeLessThan(27.88);
  });

  it('does not depend on the batch size', () => {
    const of = (batchSize: number) =>
      batchesOf({
        count: 9000,
        batchSize,
        identity: {},
        gatherer: () => (positions) => [...positions],
      });
    expect([...of(7).epoch(3)].flat()).toEqual([...of(5000).epoch(3)].flat());
  });
});

describe('mapBatches', () => {
  it('gives each batch of each epoch a stream of its own, also after a resume', () => {
    const draws = (name: string, seed?: number) =>
      mapBatches(pairBatches(data, { batchSize: 2 }), {
        name,
        identity: { on: true },
        seed,
        changer: () => (_, random: Random) => random.uint32(),
      });
    const batches = draws('noise');
    const all = [1, 2].flatMap((epoch) => [...batches.epoch(epoch)]);
    expect(new Set(all).size).toBe(6);
    expect([...batches.epoch(2, 1)]).toEqual(all.slice(4));
    expect([...draws('noise').epoch(1)]).toEqual(all.slice(0, 3));
    expect([...draws('dropout').epoch(1)]).not.toEqual(all.slice(0, 3));
    expect([...draws('noise', 1).epoch(1)]).not.toEqual(all.slice(0, 3));
    expect(batches.identity).toMatchObject({ 'noise.on': true, 'noise.seed': 0, batchSize: 2 });
  });
});

describe('featureBatches', () => {
  const columns = {
    age: Float32Array.of(31, 47, 22),
    genres: Uint8Array.of(1, 0, 1, 1, 0, 0),
    label: Float64Array.of(1, 0, 1),
  };

  it('gives rows of all columns, of their types', () => {
    const batches = featureBatches(columns, { rows: 3, batchSize: 2, shuffle: false });
    expect(Array.from(batches.epoch(1), (batch) => structuredClone(batch))).toEqual([
      {
        size: 2,
        rows: Int32Array.of(0, 1),
        columns: {
          age: Float32Array.of(31, 47),
          genres: Uint8Array.of(1, 0, 1, 1),
          label: Float64Array.of(1, 0),
        },
      },
      {
        size: 1,
        rows: Int32Array.of(2),
        columns: {
          age: Float32Array.of(22),
          genres: Uint8Array.of(0, 0),
          label: Float64Array.of(1),
        },
      },
    ]);
  });

  it('refuses a column that does not fit', async () => {
    expect(await errorOf(() => featureBatches(columns, { rows: 2, batchSize: 1 }))).toMatchObject({
      code: 'invalid-argument',
      message: 'The column "age" has 3 entries for 2 rows; give one or more a row.',
    });
  });
});
