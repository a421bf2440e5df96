import { buildCsr, Random, ready } from '@tensorec/kernels';
import { afterAll, describe, expect, it } from 'vitest';
import {
  HardNegativeSampler,
  InBatchSampler,
  pairBatches,
  PopularitySampler,
  UniformSampler,
  withNegatives,
  withWeighedNegatives,
  type NegativeSampler,
  type ProposalSampler,
} from '../src/index.js';
import { chiSquare } from './chi-square.js';
import { errorOf } from './error-of.js';

/** User 0 knows the items 1, 3 and 4 of eight, user 1 all of them, user 2 none. */
const known = buildCsr(
  3,
  8,
  Int32Array.of(0, 0, 0, 0, ...new Int32Array(8).fill(1)),
  Int32Array.of(4, 1, 3, 1, 0, 1, 2, 3, 4, 5, 6, 7),
);
const counts = Int32Array.of(16, 81, 0, 1, 16, 16, 1, 81);

/** How often each item comes in 20,000 draws for a user. */
function drawn(sampler: NegativeSampler, user: number, seed = 3): number[] {
  const items = new Int32Array(20_000);
  sampler.sample(Int32Array.of(user), items, new Random(seed));
  const times = new Array<number>(8).fill(0);
  for (const item of items) times[item]!++;
  return times;
}

/** Compares counts with shares of which some are 0. */
function expectShares(times: readonly number[], weights: readonly number[], limit: number): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const possible = weights.flatMap((weight, item) => (weight > 0 ? [item] : []));
  expect(possible.reduce((sum, item) => sum + times[item]!, 0)).toBe(20_000);
  const expected = possible.map((item) => (20_000 * weights[item]!) / total);
  expect(
    chiSquare(
      possible.map((item) => times[item]!),
      expected,
    ),
  ).toBeLessThan(limit);
}

// 99.9 % points of chi-square with 3, 4, 6 and 7 degrees of freedom.
const [limit3, limit4, limit6, limit7] = [16.27, 18.47, 22.46, 24.32];

describe('UniformSampler', () => {
  const sampler = new UniformSampler(8, { known });

  it('draws each item alike', () => {
    expectShares(drawn(new UniformSampler(8), 0), [1, 1, 1, 1, 1, 1, 1, 1], limit7);
    expectShares(drawn(sampler, 2), [1, 1, 1, 1, 1, 1, 1, 1], limit7);
  });

  it('draws each unknown item alike and no known one', () => {
    expectShares(drawn(sampler, 0), [1, 0, 1, 0, 0, 1, 1, 1], limit4);
  });

  it('excludes nothing for a user who knows everything', () => {
    expectShares(drawn(sampler, 1), [1, 1, 1, 1, 1, 1, 1, 1], limit7);
  });

  it('tells the logarithm of each probability', () => {
    const logProbabilities = new Float32Array(3);
    sampler.sample(Int32Array.of(0, 1, 2), new Int32Array(3), new Random(0), logProbabilities);
    expect(logProbabilities).toEqual(Float32Array.from([1 / 5, 1 / 8, 1 / 8], Math.log));
    sampler.logProbabilities(Int32Array.of(0, 1, 2), logProbabilities);
    expect(logProbabilities).toEqual(new Float32Array(3).fill(Math.log(1 / 8)));
  });
});

describe('PopularitySampler', () => {
  it.each([
    [1, [16, 81, 0, 1, 16, 16, 1, 81]],
    [0.5, [4, 9, 0, 1, 4, 4, 1, 9]],
    [undefined, [8, 27, 0, 1, 8, 8, 1, 27]],
    [0, [1, 1, 0, 1, 1, 1, 1, 1]],
  ])('draws in proportion to count to the power %s', (exponent, weights) => {
    expectShares(drawn(new PopularitySampler(counts, { exponent }), 0), weights, limit6);
  });

  it('gives each unknown item its share and no known one', () => {
    const sampler = new PopularitySampler(counts, { exponent: 0.5, known });
    expectShares(drawn(sampler, 0), [4, 0, 0, 0, 0, 4, 1, 9], limit3);
    expectShares(drawn(sampler, 1), [4, 9, 0, 1, 4, 4, 1, 9], limit6);
  });

  it('does so when next to all draws are of known items', () => {
    const rare = new PopularitySampler(Int32Array.of(3, 1_000_000_000, 0, 0, 0, 5, 0, 0), {
      exponent: 1,
      known,
    });
    // One degree of freedom: 10.83.
    expectShares(drawn(rare, 0), [3, 0, 0, 0, 0, 5, 0, 0], 10.83);
    const logProbabilities = new Float32Array(2);
    const items = new Int32Array(2);
    rare.sample(Int32Array.of(0), items, new Random(0), logProbabilities);
    expect(logProbabilities).toEqual(
      Float32Array.from(items, (item) => Math.log(item === 0 ? 3 / 8 : 5 / 8)),
    );
  });

  it('tells the logarithm of each probability', () => {
    const sampler = new PopularitySampler(counts, { exponent: 0.5, known });
    const items = new Int32Array(60);
    const logProbabilities = new Float32Array(60);
    sampler.sample(Int32Array.of(0, 1, 2), items, new Random(0), logProbabilities);
    const weights = [4, 9, 0, 1, 4, 4, 1, 9];
    items.forEach((item, n) => {
      expect(logProbabilities[n]).toBeCloseTo(Math.log(weights[item]! / (n < 20 ? 18 : 32)), 6);
    });
    const own = new Float32Array(3);
    sampler.logProbabilities(Int32Array.of(1, 2, 3), own);
    expect(own[0]).toBeCloseTo(Math.log(9 / 32), 6);
    expect(own[1]).toBe(-Infinity);
    expect(own[2]).toBeCloseTo(Math.log(1 / 32), 6);
  });

  it('refuses counts that are none, and an exponent that is not finite', async () => {
    expect(await errorOf(() => new PopularitySampler(Int32Array.of(1, -2)))).toMatchObject({
      code: 'invalid-argument',
      message: 'counts[1] is -2; give counts of 0 or more.',
    });
    expect(await errorOf(() => new PopularitySampler(new Int32Array(2)))).toMatchObject({
      code: 'invalid-argument',
    });
    expect(
      await errorOf(() => new PopularitySampler(counts, { exponent: Infinity })),
    ).toMatchObject({ message: 'exponent is Infinity; give a finite number.' });
  });
});

describe('HardNegativeSampler', () => {
  /** Gives the numbers 0, 1, 2 … in turn. */
  const inTurn: NegativeSampler = {
    identity: { sampler: 'in turn' },
    sample(_users, items) {
      items.forEach((_, n) => (items[n] = n));
    },
  };

  it('takes the best scored of the candidates, the first of equal ones', () => {
    const given: unknown[] = [];
    const sampler = new HardNegativeSampler(inTurn, {
      candidates: 3,
      score(users, items, scores) {
        given.push([...users], [...items]);
        scores.set([1, 3, 2, /**/ 5, 5, 4, /**/ -2, -3, -1, /**/ 0, 0, 0]);
      },
    });
    const items = new Int32Array(4);
    sampler.sample(Int32Array.of(6, 7), items, new Random(0));
    expect(given).toEqual([
      [6, 7],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ]);
    expect(items).toEqual(Int32Array.of(1, 3, 8, 9));
    expect(sampler.identity).toEqual({
      sampler: 'hard',
      candidates: 3,
      'of.sampler': 'in turn',
    });
  });

  it('refuses scores that are NaN, by user and item', async () => {
    const sampler = new HardNegativeSampler(inTurn, {
      candidates: 2,
      score: (_users, _items, scores) => scores.fill(NaN, 3),
    });
    const sample = () => {
      sampler.sample(Int32Array.of(6, 7), new Int32Array(2), new Random(0));
    };
    expect(await errorOf(sample)).toMatchObject({
      code: 'numerical',
      message:
        'The score of user row 7 and item row 3 is NaN; look at the scorer, or lower the learning rate.',
    });
  });
});

describe('InBatchSampler', () => {
  const batch = {
    size: 4,
    userRows: Int32Array.of(0, 2, 2, 1),
    itemRows: Int32Array.of(1, 4, 7, 4),
  };

  it('gives the logarithm of the share of each item', () => {
    const { logProbabilities } = new InBatchSampler(counts).negatives(batch);
    expect(logProbabilities).toEqual(Float32Array.from([81, 16, 81, 16], (n) => Math.log(n / 212)));
  });

  it('excludes the own positive and what the user knows, never the diagonal', () => {
    const sampler = new InBatchSampler(counts, { known });
    const expected = [0, 1, 0, 1, /**/ 0, 0, 0, 1, /**/ 0, 0, 0, 0, /**/ 1, 1, 1, 0];
    expect([...sampler.negatives(batch).excluded]).toEqual(expected);
    // Nothing is left over from the batch before.
    expect([...sampler.negatives(batch).excluded]).toEqual(expected);
    const { excluded } = new InBatchSampler(counts).negatives(batch);
    expect([...excluded]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('refuses an item without a count', async () => {
    const other = { size: 1, userRows: Int32Array.of(0), itemRows: Int32Array.of(2) };
    expect(await errorOf(() => new InBatchSampler(counts).negatives(other))).toMatchObject({
      code: 'invalid-argument',
      message:
        'The item row 2 of the batch has no count; count the data that the batches are made from.',
    });
  });
});

describe.each<[string, ProposalSampler]>([
  ['UniformSampler', new UniformSampler(8, { known })],
  ['PopularitySampler', new PopularitySampler(counts, { known })],
])('%s', (_, sampler) => {
  it('refuses places that do not fit, and users that are not there', async () => {
    const random = new Random(0);
    const sample = (users: readonly number[], places: number, logs?: number) => () => {
      const out = logs === undefined ? undefined : new Float32Array(logs);
      sampler.sample(Int32Array.from(users), new Int32Array(places), random, out);
    };
    expect(await errorOf(sample([0, 1], 3))).toMatchObject({
      code: 'invalid-argument',
      message: 'There are 3 places for draws of 2 users; give each user the same number.',
    });
    expect(await errorOf(sample([], 1))).toMatchObject({ code: 'invalid-argument' });
    expect(await errorOf(sample([0], 2, 3))).toMatchObject({
      message: 'There are 3 places for 2 log-probabilities; give one a draw.',
    });
    expect(await errorOf(sample([3], 1))).toMatchObject({
      message: 'The user row 3 is out of range; the known items are those of 3 users.',
    });
    expect(await errorOf(sample([-1], 1))).toMatchObject({ code: 'invalid-argument' });
    sample([], 0)();
  });
});

it('known items of another catalogue are refused', async () => {
  expect(await errorOf(() => new UniformSampler(9, { known }))).toMatchObject({
    code: 'invalid-argument',
    message:
      "The known items are of a catalogue of 8, and the sampler's has 9; give both the same.",
  });
  expect(await errorOf(() => new UniformSampler(0))).toMatchObject({
    message: 'items is 0; give a whole number of 1 or more.',
  });
});

describe('withNegatives', () => {
  const batches = pairBatches(known, { batchSize: 5 });

  it('adds draws for each pair, new ones in each epoch, the same after a resume', () => {
    const negatives = withNegatives(batches, new UniformSampler(8), { negatives: 3, seed: 1 });
    const read = (epoch: number, from = 0) =>
      Array.from(negatives.epoch(epoch, from), (batch) => structuredClone(batch));
    const first = read(1);
    expect(first.map((batch) => batch.negatives.length)).toEqual([15, 15, 6]);
    const [pairs] = batches.epoch(1);
    expect(first[0]!.itemRows).toEqual(pairs!.itemRows);
    expect(read(1, 2)).toEqual(first.slice(2));
    expect(read(2).map((batch) => batch.negatives)).not.toEqual(first.map((b) => b.negatives));
    expect(negatives.identity).toMatchObject({
      'negatives.sampler': 'uniform',
      'negatives.count': 3,
      'negatives.seed': 1,
    });
  });

  it('adds the log-probabilities where they are asked for', () => {
    const sampler = new UniformSampler(8);
    const plain = withNegatives(batches, sampler);
    const weighed = withWeighedNegatives(batches, sampler);
    const [one] = plain.epoch(1);
    const [other] = weighed.epoch(1);
    expect(other!.negatives).toEqual(one!.negatives);
    expect(other!.logProbabilities).toEqual(new Float32Array(5).fill(-Math.log(8)));
  });
});

describe('any number of threads', () => {
  afterAll(async () => {
    await ready({ threads: 1 });
  });

  it('draws the same', async () => {
    const samplers = [new UniformSampler(8, { known }), new PopularitySampler(counts, { known })];
    const draw = () =>
      samplers.map((sampler) => {
        const items = new Int32Array(30_000);
        sampler.sample(Int32Array.of(0, 1, 2), items, new Random(5));
        return items;
      });
    // Before the engine is ready, JavaScript draws.
    const expected = draw();
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      expect(draw()).toEqual(expected);
    }
  });
});
