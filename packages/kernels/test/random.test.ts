import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { AliasTable, Random } from '../src/index.js';
import { philox } from '../src/philox.js';
import { expectError } from './support.js';

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

function draw(random: Random, count = 8): number[] {
  return Array.from({ length: count }, () => random.uint32());
}

describe('philox', () => {
  const ones = 0xffffffff;
  // The known-answer vectors that come with Random123 for philox4x32-10.
  it.each([
    [0, 0, 0, 0, 0, 0, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [ones, ones, ones, ones, ones, ones, [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      0x243f6a88,
      0x85a308d3,
      0x13198a2e,
      0x03707344,
      0xa4093822,
      0x299f31d0,
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('block %# is the published one', (c0, c1, c2, c3, k0, k1, expected) => {
    const out = new Uint32Array(4);
    philox(c0, c1, c2, c3, k0, k1, out);
    expect([...out]).toEqual(expected);
  });
});

describe('Random', () => {
  it('starts with the published block for seed 0', () => {
    expect(draw(new Random(0), 4)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it('uses counter, stream and seed as the words of counter and key, high halves too', () => {
    const seed = 5 * 2 ** 32 + 7;
    const stream = 3 * 2 ** 32 + 11;
    const expected = new Uint32Array(4);
    philox(1, 0, 11, 3, 7, 5, expected);
    expect(draw(new Random(seed, stream)).slice(4)).toEqual([...expected]);
  });

  it('repeats itself for a seed and stream, and differs between seeds, streams and forks', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, other) => {
        expect(draw(new Random(seed, other))).toEqual(draw(new Random(seed, other)));
        const all = [
          new Random(seed),
          new Random(seed === 0 ? 1 : seed - 1),
          new Random(seed, 1),
          new Random(seed).fork(0),
          new Random(seed).fork(1),
          new Random(seed).fork(0).fork(0),
          new Random(seed).fork(0).fork(1),
          new Random(seed).fork(1).fork(0),
        ].map((random) => draw(random, 4).join());
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it('forks whatever has been drawn before, and a fork draws nothing from its parent', () => {
    const parent = new Random(9);
    const before = draw(parent.fork(4));
    const expected = draw(new Random(9), 16);
    expect([...draw(parent), ...draw(parent)]).toEqual(expected);
    expect(draw(parent.fork(4))).toEqual(before);
    expect(parent.fork(4).seed).toBe(9);
  });

  it('gives uniform numbers of 53 bits on [0, 1)', () => {
    const random = new Random(1);
    const buckets = new Int32Array(10);
    let lowBits = 0;
    for (let i = 0; i < 100_000; i++) {
      const x = random.uniform();
      expect(x >= 0 && x < 1).toBe(true);
      const bucket = Math.floor(10 * x);
      buckets[bucket] = buckets[bucket]! + 1;
      lowBits += (x * 2 ** 53) % 2;
    }
    // 10,000 expected, standard deviation 95
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(Math.abs(lowBits - 50_000)).toBeLessThan(800);
  });

  it('gives unbiased integers below any bound', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, bound) => {
        const value = new Random(seed).integer(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
    );
    // A bound of 2/3 of the range: without rejection the lower half would come twice as often.
    for (const bound of [Math.floor(2 ** 33 / 3), 6004799503160661]) {
      const random = new Random(3);
      let low = 0;
      for (let i = 0; i < 10_000; i++) if (random.integer(bound) < bound / 2) low++;
      expect(Math.abs(low - 5000)).toBeLessThan(250);
    }
    expect(new Random(3).integer(1)).toBe(0);
    expect(new Random(0).integer(2 ** 32)).toBe(0x6627e8d5);
  });

  it('gives normal numbers with the moments of the distribution', () => {
    const numbers = new Float64Array(100_000);
    new Random(5).fillNormal(numbers, 3, 2);
    const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const moment = (power: number) =>
      numbers.reduce((sum, x) => sum + ((x - 3) / 2) ** power, 0) / numbers.length;
    expect(mean).toBeCloseTo(3, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
    expect([...numbers].every(Number.isFinite)).toBe(true);
  });

  it('fills arrays as the single calls would; single precision stays below 1', () => {
    const wide = new Float64Array(7);
    new Random(2).fillUniform(wide);
    const single = new Random(2);
    expect([...wide]).toEqual(Array.from({ length: 7 }, () => single.uniform()));

    const narrow = new Float32Array(50_000);
    new Random(2).fillUniform(narrow);
    expect(narrow.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 24))).toBe(true);

    const normal = new Float32Array(5);
    new Random(2).fillNormal(normal);
    const other = new Random(2);
    expect([...normal]).toEqual(Array.from({ length: 5 }, () => Math.fround(other.normal())));
    new Random(2).fillUniform(new Float32Array(0));
  });

  it('shuffles into permutations, every order as likely', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 50 }), (seed, length) => {
        const order = [...new Random(seed).permutation(length)];
        expect(order.sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
    const random = new Random(8);
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = [1, 2, 3];
      random.shuffle(order);
      counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('refuses seeds, streams, bounds and lengths out of range', () => {
    for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      expectError(() => new Random(bad), 'invalid-argument', 'seed', String(bad));
      expectError(() => new Random(0, bad), 'invalid-argument', 'stream', String(bad));
      expectError(() => new Random(0).fork(bad), 'invalid-argument', 'stream');
      expectError(() => new Random(0).integer(bad), 'invalid-argument', 'bound');
      expectError(() => new Random(0).permutation(bad), 'invalid-argument', 'length');
    }
    expectError(() => new Random(0).integer(0), 'invalid-argument', 'bound');
  });

  it('is typed', () => {
    expectTypeOf(new Random(0).permutation(1)).toEqualTypeOf<Int32Array>();
    // @ts-expect-error a seed is required
    expectError(() => new Random(), 'invalid-argument', 'seed');
    // @ts-expect-error integers are no numbers to fill with uniform ones
    new Random(0).fillUniform(new Int32Array(0));
    // @ts-expect-error words cannot be shuffled as numbers
    new Random(0).shuffle(['one word']);
  });
});

describe('AliasTable', () => {
  it('draws indices with their weights', () => {
    const weights = Float64Array.from([1, 0, 3, 6, 0, 0.5]);
    const table = new AliasTable(weights);
    const random = new Random(4);
    const counts = new Int32Array(weights.length);
    const draws = 105_000;
    for (let i = 0; i < draws; i++) {
      const index = table.sample(random);
      counts[index] = counts[index]! + 1;
    }
    for (let i = 0; i < weights.length; i++) {
      expect(Math.abs(counts[i]! - (draws * weights[i]!) / 10.5)).toBeLessThan(800);
    }
    expect(counts[1]).toBe(0);
    expect(counts[4]).toBe(0);
  });

  it('never draws an index without weight', () => {
    const weight = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e308, noNaN: true }));
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 20 }), seeds, (numbers, seed) => {
        fc.pre(numbers.some((x) => x > 0));
        const table = new AliasTable(Float64Array.from(numbers));
        const random = new Random(seed);
        for (let i = 0; i < 50; i++) expect(numbers[table.sample(random)]).toBeGreaterThan(0);
      }),
    );
  });

  it('refuses weights that are negative, not finite, or all zero', () => {
    for (const bad of [-1, NaN, Infinity]) {
      expectError(
        () => new AliasTable(Float64Array.from([1, bad])),
        'invalid-argument',
        'weights[1]',
        String(bad),
      );
    }
    expectError(() => new AliasTable(new Float64Array(3)), 'invalid-argument', '3 weights');
    expectError(() => new AliasTable(new Float64Array(0)), 'invalid-argument', '0 weights');
  });
});
