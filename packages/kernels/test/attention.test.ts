import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  attendArrays,
  attendArraysBackward,
  attentionStatistics,
  Random,
  ready,
  ResidentArray,
  type AttentionShape,
} from '../src/index.js';
import { attention, attentionGradients, type PlainAttention } from './reference/attention.js';
import {
  expectError,
  expectSameForAnyThreads,
  normal,
  relativeDistance,
  usedBytes,
} from './support.js';

beforeAll(async () => {
  await ready();
});

const names = ['query', 'key', 'value', 'bias'] as const;

/** What the kernels write: the result, and the gradients of queries, keys, values and bias. */
function attend(plain: PlainAttention, gradient: Float32Array<ArrayBuffer>): Float32Array[] {
  const { shape, scale, causal, dropout } = plain;
  const kept: ResidentArray[] = [];
  const place = (numbers: Float32Array<ArrayBuffer>): ResidentArray => {
    const array = ResidentArray.from(numbers);
    kept.push(array);
    return array;
  };
  const empty = (length: number): ResidentArray => place(new Float32Array(length).fill(NaN));
  try {
    const operands = {
      ...{ query: place(plain.query), key: place(plain.key), value: place(plain.value) },
      ...{ scale, causal, dropout },
      mask: plain.mask && place(plain.mask),
      bias: plain.bias && { ...plain.bias, array: place(plain.bias.array) },
    };
    const result = empty(gradient.length);
    const statistics = empty(attentionStatistics(shape));
    attendArrays(operands, result, statistics, shape);
    const gradients = {
      ...{ query: empty(plain.query.length), key: empty(plain.key.length) },
      value: empty(plain.value.length),
      bias: plain.bias && empty(shape.examples * shape.heads * shape.queries * shape.keys),
    };
    attendArraysBackward(operands, statistics, place(gradient), gradients, shape);
    const written = names.map((name) => gradients[name]).filter((array) => array !== undefined);
    return [result, ...written].map((array) => array.toFloat32Array());
  } finally {
    for (const array of kept) array.dispose();
  }
}

interface Choice extends AttentionShape {
  readonly causal: boolean;
  readonly masked: boolean;
  readonly bias: readonly [examples: boolean, heads: boolean] | undefined;
  readonly rate: number;
}

function plainOf({ causal, masked, bias, rate, ...shape }: Choice): PlainAttention {
  const { examples, heads, queries, keys, depth, valueDepth } = shape;
  const matrices = examples * heads;
  const random = new Random(9);
  const biases = bias && (bias[0] ? examples : 1) * (bias[1] ? heads : 1);
  return {
    ...{ shape, causal, scale: 0.7 },
    query: normal(matrices * queries * depth, 1, 1),
    key: normal(matrices * keys * depth, 2, 1),
    value: normal(matrices * keys * valueDepth, 3, 1),
    mask: masked
      ? Float32Array.from({ length: examples * keys }, () => random.integer(2))
      : undefined,
    bias: bias && {
      ...{ examples: bias[0], heads: bias[1] },
      array: normal(biases! * queries * keys, 4, 1),
    },
    dropout: rate > 0 ? { rate, seed: 2 ** 40 + 5 } : undefined,
  };
}

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

describe('attendArrays', () => {
  it('and its gradients are those of double precision', () => {
    const choice = fc.record({
      ...{ examples: size(3), heads: size(3), queries: size(40), keys: size(40) },
      ...{ depth: size(12), valueDepth: size(12), causal: fc.boolean(), masked: fc.boolean() },
      bias: fc.option(fc.tuple(fc.boolean(), fc.boolean()), { nil: undefined }),
      rate: fc.constantFrom(0, 0.3),
    });
    fc.assert(
      fc.property(choice, (chosen) => {
        const plain = plainOf(chosen.causal ? { ...chosen, keys: chosen.queries } : chosen);
        const { shape } = plain;
        const length = shape.examples * shape.heads * shape.queries * shape.valueDepth;
        const gradient = normal(length, 5, 1);
        const before = usedBytes();
        const [result, ...gradients] = attend(plain, gradient);
        expect(usedBytes()).toBe(before);
        expect(relativeDistance(result!, attention(plain))).toBeLessThan(2e-6);
        attentionGradients(plain, gradient).forEach((expected, n) => {
          // What is 0 but for rounding has no relative distance.
          const floor = 1e-5 * Math.sqrt(expected.length);
          const difference = gradients[n]!.reduce((sum, x, i) => sum + (x - expected[i]!) ** 2, 0);
          const norm = expected.reduce((sum, x) => sum + x ** 2, 0);
          expect(Math.sqrt(difference)).toBeLessThan(floor + 1e-5 * Math.sqrt(norm));
        });
      }),
    );
  });

  it('gives the same bits for any number of threads', async () => {
    const plain = plainOf({
      ...{ examples: 3, heads: 2, queries: 203, keys: 203, depth: 50, valueDepth: 50 },
      ...{ causal: true, masked: true, bias: [false, true], rate: 0.2 },
    });
    const gradient = normal(3 * 2 * 203 * 50, 5, 1);
    const [result] = await expectSameForAnyThreads(() => attend(plain, gradient));
    expect(relativeDistance(result!, attention(plain))).toBeLessThan(2e-6);
  });

  it('gives 0 to queries without keys, in both directions, and hands NaN on', () => {
    const shape = { examples: 2, heads: 1, queries: 3, keys: 5, depth: 4, valueDepth: 2 };
    const choice = { ...shape, causal: false, masked: true, bias: undefined, rate: 0 };
    const mask = Float32Array.of(0, 0, 0, 0, 0, 1, 0, 1, 1, 1);
    const plain = { ...plainOf(choice), mask };
    const [result, query, key, value] = attend(plain, normal(12, 5, 1));
    for (const zeros of [result!.subarray(0, 6), query!.subarray(0, 12), key!.subarray(0, 20)]) {
      expect([...zeros].map(Math.abs)).toEqual(new Array(zeros.length).fill(0));
    }
    expect([...value!.subarray(0, 10)]).toEqual(new Array(10).fill(0));
    plain.query[12] = NaN;
    const [broken] = attend(plain, normal(12, 5, 1));
    expect([...broken!].map(Number.isNaN)).toEqual([
      ...new Array<boolean>(6).fill(false),
      ...[true, true, false, false, false, false],
    ]);
  });

  it('refuses lengths that do not agree', () => {
    const choice = {
      ...{ examples: 1, heads: 1, queries: 2, keys: 3, depth: 1, valueDepth: 1 },
      ...{ causal: false, masked: false, bias: undefined, rate: 0 },
    };
    const plain = plainOf(choice);
    const refused = (changed: Partial<PlainAttention>, piece: string): void => {
      expectError(() => attend({ ...plain, ...changed }, normal(2, 1)), 'invalid-argument', piece);
    };
    refused({ query: normal(3, 1) }, 'query');
    refused({ mask: normal(2, 1) }, 'mask');
    refused({ causal: true }, 'as many');
    refused({ dropout: { rate: 1, seed: 0 } }, 'rate');
  });
});
