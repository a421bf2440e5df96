import { beforeAll, describe, expect, test } from 'vitest';
import {
  finish,
  Random,
  ready,
  SasRecTraining,
  type SasRecLoss,
  type SasRecOptions,
  type SasRecParameters,
} from '../src/index.js';
import { meanLoss, type GivenBatch, type ReferenceShape } from './reference/sasrec.js';
import { finishChecked, normal } from './support.js';

beforeAll(() => ready({ threads: 2 }));

const losses: readonly SasRecLoss[] = [
  { kind: 'bce' },
  { kind: 'gbce', t: 0.75 },
  { kind: 'sampled-softmax' },
  { kind: 'softmax' },
];

function shapeOf(options: SasRecOptions): ReferenceShape {
  const { maxLength, factors } = options;
  return { maxLength, factors, heads: options.heads ?? 1, blocks: options.blocks ?? 2 };
}

/** Parameters of about the size of 1, all different. */
function spread(parameters: SasRecParameters, deviation: number): SasRecParameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { length }], i) => {
      const numbers = normal(length, 100 + i, deviation);
      return [name, name.endsWith('gain') ? numbers.map((value) => value + 1) : numbers];
    }),
  );
}

/** Sequences of given lengths; every `without`-th position has no target. */
function batchOf(
  lengths: readonly number[],
  { items, loss }: SasRecOptions,
  negatives: number,
  without = 5,
): GivenBatch {
  const random = new Random(3);
  const offsets = Int32Array.from([0, ...lengths]);
  for (let i = 1; i < offsets.length; i++) offsets[i]! += offsets[i - 1]!;
  const positions = offsets.at(-1)!;
  const draw = (length: number): Int32Array<ArrayBuffer> =>
    Int32Array.from({ length }, () => random.integer(items));
  return {
    offsets,
    inputs: draw(positions),
    targets: draw(positions).map((item, i) => (i % without === without - 1 ? -1 : item)),
    ...(loss?.kind === 'softmax' ? {} : { negatives: draw(positions * negatives) }),
    ...(loss?.kind === 'sampled-softmax' ? { corrections: normal(positions * negatives, 9) } : {}),
  };
}

function modelOf(options: SasRecOptions, deviation: number): SasRecTraining {
  const model = new SasRecTraining(options);
  model.setParameters(spread(model.parameters(), deviation));
  return model;
}

/** Expects each parameter's gradient to be what differences of the reference say, number by number. */
function expectGradients(options: SasRecOptions, batch: GivenBatch): void {
  const model = modelOf(options, 0.5);
  const parameters = model.parameters();
  const { loss, gradients } = finish(model.gradients(batch));
  model.dispose();
  const at = (changed: Record<string, ArrayLike<number>>): number =>
    meanLoss(shapeOf(options), options.loss!, { ...parameters, ...changed }, batch);
  expect(loss).toBeCloseTo(at({}), 5);
  for (const [name, numbers] of Object.entries(parameters)) {
    const expected = Array.from(numbers, (value, i) => {
      const moved = Float64Array.from(numbers);
      const difference = 1e-5;
      moved[i] = value + difference;
      const above = at({ [name]: moved });
      moved[i] = value - difference;
      return (above - at({ [name]: moved })) / (2 * difference);
    });
    const scale = Math.max(...expected.map(Math.abs), 1e-3);
    gradients[name]!.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!) / scale, `${name}[${i}]`).toBeLessThan(2e-5);
    });
  }
}

/**
 * Expects derivatives along random directions of all parameters, in which each parameter counts alike, to be what
 * differences of the reference say.
 */
function expectDirections(options: SasRecOptions, batch: GivenBatch): void {
  const model = modelOf(options, 0.2);
  const parameters = model.parameters();
  const { loss, gradients } = finishChecked(model.gradients(batch));
  model.dispose();
  const at = (changed: Record<string, ArrayLike<number>>): number =>
    meanLoss(shapeOf(options), options.loss!, changed, batch);
  expect(loss).toBeCloseTo(at(parameters), 5);
  for (let seed = 0; seed < 6; seed++) {
    const directions = Object.entries(gradients).map(([name, gradient], k) => {
      const scale = 1 / Math.max(1e-3, Math.hypot(...gradient));
      return [name, normal(gradient.length, 100 * seed + k, scale)] as const;
    });
    const moved = (by: number): Record<string, Float64Array> =>
      Object.fromEntries(
        directions.map(([name, direction]) => [
          name,
          Float64Array.from(parameters[name]!, (value, i) => value + by * direction[i]!),
        ]),
      );
    const expected = (at(moved(1e-6)) - at(moved(-1e-6))) / 2e-6;
    let actual = 0;
    for (const [name, direction] of directions) {
      gradients[name]!.forEach((value, i) => (actual += value * direction[i]!));
    }
    expect(Math.abs(actual - expected)).toBeLessThan(1e-3);
  }
}

describe('gradients of SASRec', () => {
  for (const loss of losses) {
    for (const heads of [1, 2]) {
      test(`are those of differences, ${loss.kind}, ${heads} heads`, () => {
        const options = { items: 6, maxLength: 7, factors: 4, heads, dropout: 0, loss };
        expectGradients(options, batchOf([1, 2, 7], options, 3));
      });

      test(`are those of differences along directions, ${loss.kind}, ${heads} heads, longer`, () => {
        const options = {
          items: 23,
          maxLength: 203,
          factors: 12,
          heads,
          blocks: 1,
          dropout: 0,
          loss,
        };
        expectDirections(options, batchOf([1, 2, 7, 200], options, 5));
      });
    }
  }
});
