import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireEngine } from '../src/engine/engine.js';
import { AliasTable, engineStatus, Random, ready } from '../src/index.js';
import { fillNormalAt } from '../src/random.js';

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
/** Lengths around the one from which on the engine works, and around the borders of its chunks. */
const lengths = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.constantFrom(2047, 2048, 2049, 4095, 4096, 4097, 8191, 8192, 8193),
);
/** Draws that come before, so that the position in a block differs and a normal number may be pending. */
const draws = fc.array(fc.constantFrom('uint32', 'uniform', 'normal'), { maxLength: 7 });

/** Two streams at the same position. */
function twins(seed: number, stream: number, before: readonly string[]): [Random, Random] {
  const make = (): Random => {
    const random = new Random(seed, stream);
    for (const draw of before) {
      if (draw === 'uint32') random.uint32();
      else if (draw === 'uniform') random.uniform();
      else random.normal();
    }
    return random;
  };
  return [make(), make()];
}

/** What the streams give next, which tells whether they are at the same position. */
function next(random: Random): number[] {
  return [random.normal(), random.uint32(), random.normal(), random.normal(), random.uniform()];
}

function bits(array: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Fills an array with single draws, which never use the engine. */
function single<Kind extends Float32Array | Float64Array>(array: Kind, draw: () => number): Kind {
  for (let i = 0; i < array.length; i++) array[i] = draw();
  return array;
}

describe.each([1, 2, 3])('random numbers of the engine with %i threads', (threads) => {
  beforeAll(async () => {
    await ready({ threads });
  });
  afterAll(() => {
    expect(engineStatus()?.usedBytes).toBe(0);
  });

  it.each([Float32Array, Float64Array])('fills with the normal numbers of single calls', (kind) => {
    const reals = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        ...([seeds, seeds, draws, lengths, reals, reals] as const),
        (seed, stream, before, length, mean, deviation) => {
          const [bulk, other] = twins(seed, stream, before);
          const filled = new kind(length);
          bulk.fillNormal(filled, mean, deviation);
          const expected = single(new kind(length), () => mean + deviation * other.normal());
          expect(Buffer.compare(bits(filled), bits(expected))).toBe(0);
          expect(next(bulk)).toEqual(next(other));
        },
      ),
    );
  });

  it.each([Float32Array, Float64Array])('fills with uniform numbers of single calls', (kind) => {
    fc.assert(
      fc.property(seeds, seeds, draws, lengths, (seed, stream, before, length) => {
        const [bulk, other] = twins(seed, stream, before);
        const filled = new kind(length);
        bulk.fillUniform(filled);
        const expected = single(new kind(length), () =>
          kind === Float64Array ? other.uniform() : (other.uint32() >>> 8) / 16777216,
        );
        expect(Buffer.compare(bits(filled), bits(expected))).toBe(0);
        expect(next(bulk)).toEqual(next(other));
      }),
    );
  });

  it('makes the permutations of single calls', () => {
    fc.assert(
      fc.property(seeds, seeds, draws, lengths, (seed, stream, before, length) => {
        const [bulk, other] = twins(seed, stream, before);
        const expected = Int32Array.from({ length }, (_, i) => i);
        for (let last = length - 1; last > 0; last--) {
          const place = other.integer(last + 1);
          [expected[last], expected[place]] = [expected[place]!, expected[last]!];
        }
        expect(bulk.permutation(length)).toEqual(expected);
        expect(next(bulk)).toEqual(next(other));
      }),
    );
  });

  it('draws the indices of single calls from an alias table', () => {
    const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 10, noNaN: true }));
    const weights = fc
      .array(weight, { minLength: 1, maxLength: 50 })
      .filter((all) => all.some((one) => one > 0));
    fc.assert(
      fc.property(seeds, draws, lengths, weights, (seed, before, length, numbers) => {
        const [bulk, other] = twins(seed, 0, before);
        const table = new AliasTable(Float64Array.from(numbers));
        const filled = new Int32Array(length);
        table.fill(bulk, filled);
        expect(filled).toEqual(Int32Array.from(filled, () => table.sample(other)));
        expect(next(bulk)).toEqual(next(other));
      }),
    );
  });

  it('fills arrays of more than one slice', () => {
    for (const kind of [Float32Array, Float64Array]) {
      const bulk = new Random(11, 5);
      const other = new Random(11, 5);
      const filled = new kind(2_500_001);
      for (let round = 0; round < 2; round++) {
        bulk.fillNormal(filled);
        const expected = single(new kind(filled.length), () => other.normal());
        expect(Buffer.compare(bits(filled), bits(expected))).toBe(0);
      }
      expect(next(bulk)).toEqual(next(other));
    }
  });

  it('fills memory of the engine, and nothing beside it', () => {
    fc.assert(
      fc.property(seeds, draws, fc.integer({ min: 0, max: 3000 }), (seed, before, length) => {
        const [bulk, other] = twins(seed, 0, before);
        const memory = requireEngine().open();
        try {
          const address = memory.allocateZeros(4 * (length + 2));
          fillNormalAt(bulk, memory.engine, address + 4, length, 0.1);
          const filled = memory.view(Float32Array, address, length + 2).slice();
          const expected = new Float32Array(length + 2);
          single(expected.subarray(1, length + 1), () => 0.1 * other.normal());
          expect(Buffer.compare(bits(filled), bits(expected))).toBe(0);
          expect(next(bulk)).toEqual(next(other));
        } finally {
          memory.close();
        }
      }),
    );
  });
});
