import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { FactorIndex, finish, Random, ready, TopK } from '../src/index.js';
import type { TopKLists, TopKOptions } from '../src/index.js';
import { productsOfRows } from './reference/dense.js';
import { bestOf } from './reference/selection.js';
import {
  expectError,
  expectSameForAnyThreads,
  finishChecked,
  finishInTurn,
  normal,
  usedBytes,
} from './support.js';

interface Case {
  readonly items: Float32Array<ArrayBuffer>;
  readonly queries: Float32Array<ArrayBuffer>;
  readonly factors: number;
}

function productsOf(index: FactorIndex, queries: Float32Array): Float32Array<ArrayBuffer> {
  const products = new Float32Array((queries.length / index.factors) * index.size);
  index.products(queries, products);
  return products;
}

/** The lists that a full sort of all products gives. */
function expectedLists(
  products: Float32Array,
  queries: number,
  size: number,
  k: number,
  { excluded, eligible }: TopKOptions,
): TopKLists {
  const most = Math.min(k, size);
  const lists: TopKLists = {
    k: most,
    lengths: new Int32Array(queries),
    items: new Int32Array(queries * most).fill(-1),
    scores: new Float32Array(queries * most),
    tied: new Uint8Array(queries),
  };
  for (let query = 0; query < queries; query++) {
    const scores = products.slice(query * size, (query + 1) * size);
    eligible?.forEach((flag, item) => {
      if (flag === 0) scores[item] = -Infinity;
    });
    for (let n = excluded?.offsets[query] ?? 0; n < (excluded?.offsets[query + 1] ?? 0); n++) {
      scores[excluded!.indices[n]!] = -Infinity;
    }
    const best = bestOf(scores, most);
    lists.lengths[query] = best.indices.length;
    lists.items.set(best.indices, query * most);
    lists.scores.set(best.scores, query * most);
    lists.tied[query] = best.tied ? 1 : 0;
  }
  return lists;
}

/** Expects products close to the reference, and lists that are the best of the products to the bit. */
function expectLists(
  { items, queries, factors }: Case,
  k: number,
  options: TopKOptions = {},
): void {
  const before = usedBytes();
  const index = new FactorIndex(items, factors);
  const count = queries.length / factors;
  const { size } = index;
  expect([size, index.factors]).toEqual([items.length / factors, factors]);
  const products = productsOf(index, queries);
  const own = usedBytes();
  const lists = finishChecked(index.topK(queries, k, options));
  expect(usedBytes()).toBe(own);
  expect(lists).toEqual(expectedLists(products, count, size, k, options));
  index.dispose();
  expect(usedBytes()).toBe(before);
}

/** Rows of very different lengths, some of them zeros or copies of others. */
function uneven(
  rows: number,
  factors: number,
  seed: number,
  spread = 3,
): Float32Array<ArrayBuffer> {
  const matrix = normal(rows * factors, seed, 1);
  const random = new Random(seed + 1000);
  for (let row = 0; row < rows; row++) {
    const kind = random.integer(10);
    const own = matrix.subarray(row * factors, (row + 1) * factors);
    if (kind === 0) own.fill(0);
    else if (kind <= 2 && row > 0) {
      const other = random.integer(row) * factors;
      own.set(matrix.slice(other, other + factors));
    } else {
      const length = 10 ** (spread * (random.uniform() - 0.5) * 2);
      own.forEach((value, i) => (own[i] = value * length));
    }
  }
  return matrix;
}

function randomOptions(queries: number, size: number, seed: number): Required<TopKOptions> {
  const random = new Random(seed);
  const offsets = new Int32Array(queries + 1);
  const indices: number[] = [];
  for (let query = 0; query < queries; query++) {
    const part = [0, 0.1, 0.5, 1][random.integer(4)]!;
    for (let item = 0; item < size; item++) if (random.uniform() < part) indices.push(item);
    offsets[query + 1] = indices.length;
  }
  return {
    excluded: { offsets, indices: Int32Array.from(indices) },
    eligible: Uint8Array.from({ length: size }, () => (random.uniform() < 0.8 ? 1 : 0)),
  };
}

const queryCounts = [1, 2, 3, 4, 5, 6, 39, 40, 41, 80, 81, 200];

beforeAll(async () => {
  await ready();
});

describe('FactorIndex', () => {
  it('has the products of the reference', () => {
    for (const factors of [1, 2, 3, 4, 5, 8, 31, 64, 70, 255, 256, 257, 300]) {
      for (const [size, count] of [
        [1, 1],
        [7, 2],
        [128, 3],
        [129, 41],
      ] as const) {
        const items = normal(size * factors, factors);
        const queries = normal(count * factors, size);
        const index = new FactorIndex(items, factors);
        const products = productsOf(index, queries);
        const expected = productsOfRows(queries, items, factors);
        const sizes = productsOfRows(queries.map(Math.abs), items.map(Math.abs), factors);
        products.forEach((value, i) => {
          expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-6 * sizes[i]!);
        });
        index.dispose();
      }
    }
  });

  it('has the same products for a query alone and among others', () => {
    for (const factors of [3, 64, 257]) {
      const items = uneven(700, factors, 1);
      const queries = normal(200 * factors, 2);
      const index = new FactorIndex(items, factors);
      const together = productsOf(index, queries);
      for (const query of [0, 1, 39, 40, 199]) {
        const own = queries.subarray(query * factors, (query + 1) * factors);
        expect(productsOf(index, own)).toEqual(together.slice(query * 700, (query + 1) * 700));
        const lists = finish(index.topK(own, 20));
        const all = finish(index.topK(queries, 20));
        expect(lists.items).toEqual(all.items.slice(query * 20, (query + 1) * 20));
        expect(lists.scores).toEqual(all.scores.slice(query * 20, (query + 1) * 20));
      }
      index.dispose();
    }
  });

  it('lists what TopK selects from the products', () => {
    const factors = 8;
    const index = new FactorIndex(uneven(1000, factors, 5), factors);
    const queries = uneven(50, factors, 6);
    const products = productsOf(index, queries);
    const lists = finish(index.topK(queries, 30));
    const top = new TopK(30);
    for (let query = 0; query < 50; query++) {
      expect(top.select(products, query * 1000, (query + 1) * 1000)).toBe(lists.lengths[query]);
      expect(lists.items.slice(query * 30, (query + 1) * 30)).toEqual(top.indices);
      expect([...lists.scores.subarray(query * 30, (query + 1) * 30)]).toEqual([...top.scores]);
      expect(lists.tied[query]).toBe(top.tiedAtCut ? 1 : 0);
    }
    index.dispose();
  });

  it('lists the best of the products, ties by item, for small whole numbers', () => {
    const shape = fc.record({
      size: fc.integer({ min: 1, max: 300 }),
      count: fc.constantFrom(...queryCounts.slice(0, 9)),
      factors: fc.integer({ min: 1, max: 4 }),
      k: fc.constantFrom(1, 2, 10, 127, 299, 300, 1000),
      seed: fc.nat(),
      limited: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, ({ size, count, factors, k, seed, limited }) => {
        const random = new Random(seed);
        const whole = (length: number): Float32Array<ArrayBuffer> =>
          Float32Array.from({ length }, () => random.integer(5) - 2);
        expectLists(
          { items: whole(size * factors), queries: whole(count * factors), factors },
          k,
          limited ? randomOptions(count, size, seed) : {},
        );
      }),
      { numRuns: 60 },
    );
  });

  it.each(queryCounts)('lists the best for %d queries, of thousands of items in parts', (count) => {
    for (const factors of [1, 32]) {
      const problem = {
        items: uneven(5000, factors, count),
        queries: uneven(count, factors, count + 1, 1),
        factors,
      };
      expectLists(problem, 10);
      expectLists(problem, 1, randomOptions(count, 5000, count));
    }
  });

  it.each([256, 257, 300, 513])('lists the best for %d factors', (factors) => {
    for (const count of [1, 3, 41]) {
      expectLists(
        { items: uneven(900, factors, 2), queries: uneven(count, factors, 3), factors },
        7,
        randomOptions(count, 900, 4),
      );
    }
  });

  it('passes over no item that belongs to a list, however norms differ', () => {
    const factors = 16;
    const [size, count] = [6000, 45];
    const items = uneven(size, factors, 1, 6);
    // Against the order of norms: the long items point away from the queries.
    const queries = Float32Array.from({ length: count * factors }, () => 1);
    normal(count * factors, 3, 0.1).forEach((value, i) => (queries[i]! += value));
    const away = items.map((value, i) =>
      Math.floor(i / factors) % 3 === 0 ? value : -Math.abs(value),
    );
    for (const k of [1, 100]) {
      expectLists({ items, queries, factors }, k);
      expectLists({ items: away, queries, factors }, k);
    }
    // All of one norm, nearly parallel: bounds decide nothing, or by a hair.
    const parallel = new Float32Array(size * factors).fill(0.25);
    for (let item = 0; item < size; item++)
      parallel[item * factors + (item % factors)]! += 1e-7 * (item % 7);
    expectLists({ items: parallel, queries: new Float32Array(factors).fill(3), factors }, 10);
    expectLists(
      { items: parallel, queries: new Float32Array(count * factors).fill(3), factors },
      500,
    );
  });

  it('breaks ties by item, also where all are alike', () => {
    const same = new Float32Array(3000 * 2).fill(1);
    for (const count of [1, 6, 41]) {
      const queries = new Float32Array(count * 2).fill(1);
      expectLists({ items: same, queries, factors: 2 }, 10);
      expectLists({ items: same, queries: new Float32Array(count * 2), factors: 2 }, 10);
      expectLists({ items: new Float32Array(6000), queries, factors: 2 }, 3);
      expectLists({ items: same, queries: queries.map((x) => -x), factors: 2 }, 2999);
      expectLists({ items: same, queries, factors: 2 }, 5, randomOptions(count, 3000, count));
    }
    const index = new FactorIndex(same, 2);
    const lists = finish(index.topK(Float32Array.of(1, 1), 4));
    expect(lists.items).toEqual(Int32Array.of(0, 1, 2, 3));
    expect(lists.tied).toEqual(Uint8Array.of(1));
    index.dispose();
  });

  it('lists fewer where fewer qualify, and nothing where nothing does', () => {
    const problem = { items: normal(40, 1), queries: normal(12, 2), factors: 4 };
    const none = { eligible: new Uint8Array(10) };
    const index = new FactorIndex(problem.items, 4);
    const lists = finish(index.topK(problem.queries, 3, none));
    expect(lists.lengths).toEqual(new Int32Array(3));
    expect(lists.items).toEqual(new Int32Array(9).fill(-1));
    index.dispose();
    expectLists(problem, 3, none);
    for (const eligible of [0, 4, 9].map((item) => new Uint8Array(10).fill(1, item, item + 1))) {
      expectLists(problem, 3, { eligible });
      expectLists(problem, 1, { eligible });
    }
    expectLists(problem, 10);
    expectLists(problem, 11);
    expectLists(problem, 0x7fffffff);
    const all = {
      offsets: Int32Array.of(0, 10, 10, 13),
      indices: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 5, 9),
    };
    expectLists(problem, 4, { excluded: all });
  });

  it('takes no items and no queries', () => {
    expectLists({ items: new Float32Array(0), queries: normal(6, 1), factors: 3 }, 5);
    expectLists({ items: normal(6, 1), queries: new Float32Array(0), factors: 3 }, 5);
    expectLists({ items: new Float32Array(0), queries: new Float32Array(0), factors: 3 }, 5);
    expectLists({ items: Float32Array.of(2), queries: Float32Array.of(-3), factors: 1 }, 1);
  });

  it('takes more queries than are listed together', () => {
    const [factors, count] = [2, 8193 + 40];
    expectLists(
      { items: uneven(60, factors, 1), queries: normal(count * factors, 2), factors },
      3,
      randomOptions(count, 60, 3),
    );
  });

  it('gives the same bits on any number of threads', async () => {
    const cases = [
      [5000, 1, 64],
      [5000, 41, 16],
      [300, 700, 300],
    ] as const;
    await expectSameForAnyThreads(() =>
      cases.map(([size, count, factors]) => {
        const index = new FactorIndex(uneven(size, factors, 1), factors);
        const queries = normal(count * factors, 2);
        const results = [
          productsOf(index, queries.subarray(0, factors)),
          finish(index.topK(queries, 10)),
        ];
        index.dispose();
        return results;
      }),
    );
  });

  it('is not disturbed by other calls in between', () => {
    const index = new FactorIndex(uneven(3000, 24, 1), 24);
    const other = new FactorIndex(uneven(4000, 5, 2), 5);
    const calls = [
      () => index.topK(normal(900 * 24, 3), 10),
      () => index.topK(normal(800 * 24, 4), 3, randomOptions(800, 3000, 5)),
      () => other.topK(normal(900 * 5, 6), 10),
    ];
    expect(finishInTurn(calls.map((call) => call()))).toEqual(calls.map((call) => finish(call())));
    for (const one of [index, other]) one.dispose();
  });

  it('refuses factors that are not finite or whose products may not be', () => {
    const before = usedBytes();
    for (const bad of [NaN, Infinity, -Infinity, 3e38]) {
      const items = new Float32Array(12).fill(1);
      items[5] = bad;
      items[7] = bad;
      expectError(() => new FactorIndex(items, 4), 'numerical', 'item 1 ');
      const index = new FactorIndex(new Float32Array(12).fill(1), 4);
      expectError(() => finish(index.topK(items, 1)), 'numerical', 'query 1 ');
      index.dispose();
    }
    const index = new FactorIndex(new Float32Array(4).fill(1e20), 4);
    expectError(
      () => finish(index.topK(new Float32Array(8).fill(1e20), 1)),
      'numerical',
      'query 0',
    );
    expect(finish(index.topK(new Float32Array(4).fill(1e15), 1)).scores[0]).toBeCloseTo(4e35, -30);
    index.dispose();
    expect(usedBytes()).toBe(before);
  });

  it('refuses lengths that do not fit', () => {
    const before = usedBytes();
    for (const factors of [0, -1, 1.5, NaN, 5]) {
      expectError(() => new FactorIndex(new Float32Array(12), factors), 'invalid-argument', '12');
    }
    const index = new FactorIndex(new Float32Array(12), 4);
    const queries = new Float32Array(8);
    for (const k of [0, -1, 1.5, NaN, 2 ** 31]) {
      expectError(() => finish(index.topK(queries, k)), 'invalid-argument', `k is ${k}`);
    }
    expectError(() => finish(index.topK(new Float32Array(7), 1)), 'invalid-argument', '7 numbers');
    expectError(
      () => {
        index.products(queries, new Float32Array(5));
      },
      'invalid-argument',
      'products has 5',
    );
    expectError(
      () =>
        finish(
          index.topK(queries, 1, {
            excluded: { offsets: new Int32Array(2), indices: new Int32Array(0) },
          }),
        ),
      'invalid-argument',
      'excluded has 1 rows',
    );
    expectError(
      () => finish(index.topK(queries, 1, { eligible: new Uint8Array(2) })),
      'invalid-argument',
      'eligible has 2',
    );
    index.dispose();
    expect(usedBytes()).toBe(before);
  });
});
