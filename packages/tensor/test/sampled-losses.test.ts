import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  bpr,
  ready,
  sampledBce,
  sampledBpr,
  sampledGeneralizedBce,
  sampledSoftmax,
} from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';
import { expectGolden, expectNear, golden, valueAndGradients } from './losses.js';

const ints = (numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers, 'int32');
const intRows = (numbers: number[][]): tf.Tensor2D => tf.tensor2d(numbers, undefined, 'int32');

/** Queries, table, targets and weights of a golden case. */
function tensorsOf({ queries, table, targets, weights }: (typeof golden)['sampledBce']) {
  return {
    inputs: { queries: tf.tensor2d(queries), table: tf.tensor2d(table) },
    targets: ints([...targets]),
    weights: tf.tensor1d(weights),
  };
}

describeOnDevices('losses of sampled negatives', () => {
  it.each(['sampledSoftmax', 'sampledSoftmaxShared'] as const)('%s is that of PyTorch', (name) => {
    const chosen = golden[name];
    const queries = tf.tensor2d(chosen.queries);
    const table = tf.tensor2d(chosen.table);
    const options = {
      logQ: tf.tensor1d(chosen.logQ),
      temperature: chosen.temperature,
      weights: tf.tensor1d(chosen.weights),
    };
    const negatives =
      name === 'sampledSoftmax'
        ? intRows(golden.sampledSoftmax.negatives)
        : ints([...golden.sampledSoftmaxShared.negatives]);
    const rows = ints([...chosen.targets]);
    expectGolden(chosen, { queries, table }, () =>
      sampledSoftmax(queries, table, rows, negatives, options),
    );
  });

  it('sampledBce, sampledBpr and sampledGeneralizedBce are those of PyTorch', () => {
    for (const [name, loss] of [
      ['sampledBce', sampledBce],
      ['sampledBpr', sampledBpr],
    ] as const) {
      const { inputs, targets, weights } = tensorsOf(golden[name]);
      const negatives = intRows(golden[name].negatives);
      expectGolden(golden[name], inputs, () =>
        loss(inputs.queries, inputs.table, targets, negatives, { weights }),
      );
    }
    const { catalogue, t, negatives } = golden.sampledGeneralizedBce;
    const { inputs, targets, weights } = tensorsOf(golden.sampledGeneralizedBce);
    const rows = intRows(negatives);
    expectGolden(golden.sampledGeneralizedBce, inputs, () =>
      sampledGeneralizedBce(inputs.queries, inputs.table, targets, rows, { catalogue, t, weights }),
    );
  });

  it('is the loss of the scores, for shared negatives too', () => {
    const queries = normal<tf.Rank.R2>([4, 6], 1);
    const table = normal<tf.Rank.R2>([9, 6], 2);
    const [targets, negatives] = [ints([1, 2, 8, 1]), ints([0, 5, 5, 7, 2, 2, 3, 6, 8])];
    const scores = () => {
      const positives = tf.sum<tf.Tensor1D>(tf.mul(queries, tf.gather(table, targets)), 1);
      return bpr(positives, tf.matMul(queries, tf.gather(table, negatives), false, true));
    };
    expectNear(
      sampledBpr(queries, table, targets, negatives).dataSync(),
      [scores().dataSync()[0]!],
      'bpr',
    );
  });

  it('has the gradients of central differences', () => {
    const queries = normal<tf.Rank.R2>([3, 3], 1);
    const table = normal<tf.Rank.R2>([7, 3], 2);
    const targets = ints([6, -1, 0]);
    const each = intRows([
      [1, 2, 1],
      [0, 3, 5],
      [0, 5, 6],
    ]);
    const logQ = tf.tensor1d([-1, -2, -3, -2, -1, -4, -2]);
    const options = { logQ, temperature: 0.7 };
    for (const negatives of [each, ints([1, 1, 6, 4])]) {
      const losses = [
        (q: tf.Tensor, t: tf.Tensor) =>
          sampledSoftmax(q as tf.Tensor2D, t as tf.Tensor2D, targets, negatives, options),
        (q: tf.Tensor, t: tf.Tensor) =>
          sampledBce(q as tf.Tensor2D, t as tf.Tensor2D, targets, negatives),
        (q: tf.Tensor, t: tf.Tensor) =>
          sampledBpr(q as tf.Tensor2D, t as tf.Tensor2D, targets, negatives),
      ];
      for (const loss of losses) expectGradients(loss, [queries, table]);
    }
  });

  it('keeps or removes negatives that are the target', () => {
    const [queries, table] = [tf.tensor2d([[1]]), tf.tensor2d([[0], [0]])];
    const loss = (removeAccidentalHits: boolean) =>
      sampledSoftmax(queries, table, ints([0]), ints([0, 0, 1]), { removeAccidentalHits });
    expectNear(loss(true).dataSync(), [Math.log(2)], 'removed');
    expectNear(loss(false).dataSync(), [Math.log(4)], 'kept');
    const alone = () => sampledSoftmax(queries, table, ints([0]), ints([0, 0]));
    expect(valueAndGradients(alone, [queries, table])).toEqual({
      value: 0,
      gradients: [[0], [0, 0]],
    });
  });

  it('corrects by ln q as if rows were repeated', () => {
    // A row that is drawn half as often as another counts twice.
    const [queries, table] = [tf.tensor2d([[1]]), tf.tensor2d([[0], [0], [0]])];
    const logQ = tf.tensor1d([0.5, 0.25, 0.5].map(Math.log));
    const loss = sampledSoftmax(queries, table, ints([0]), ints([1, 2]), { logQ });
    expectNear(loss.dataSync(), [Math.log(4)], 'loss');
  });

  it('is finite for extreme scores', () => {
    const queries = tf.tensor2d([[100], [-100]]);
    const table = tf.tensor2d([[100], [-100], [99]]);
    const sample = [queries, table, ints([0, 0]), ints([1, 2])] as const;
    const softmax = valueAndGradients(() => sampledSoftmax(...sample), [queries, table]);
    expectNear([softmax.value], [1e4], 'softmax');
    expectNear(softmax.gradients[0]!, [0, -100], 'queries');
    const bce = valueAndGradients(() => sampledBce(...sample), [queries, table]);
    // Scores 1e4, −1e4, 9900 and −1e4, 1e4, −9900.
    expectNear([bce.value], [(9900 + 1e4 + 1e4) / 6], 'bce');
    for (const gradient of [...softmax.gradients, ...bce.gradients]) {
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  it('leaves out positions of target −1 and of weight 0, even with NaN', () => {
    const queries = tf.tensor2d([[NaN], [0], [NaN]]);
    const table = tf.tensor2d([[1], [2]]);
    const targets = ints([-1, 1, 0]);
    const weights = tf.tensor1d([1, 1, 0]);
    const loss = () => sampledBce(queries, table, targets, ints([0, 1]), { weights });
    const { value, gradients } = valueAndGradients(loss, [queries, table]);
    expectNear([value], [Math.LN2], 'loss');
    // (−0.5 · 2 + 0.5 · 1 + 0.5 · 2) / 3
    expectNear(gradients[0]!, [0, 1 / 6, 0], 'queries');
    const none = () => sampledSoftmax(queries, table, ints([-1, -1, -1]), ints([0]));
    expect(valueAndGradients(none, [queries, table])).toEqual({
      value: 0,
      gradients: [
        [0, 0, 0],
        [0, 0],
      ],
    });
    const empty = tf.zeros<tf.Rank.R2>([0, 1]);
    expect(
      sampledBce(empty, table, ints([]), tf.zeros<tf.Rank.R2>([0, 2], 'int32')).dataSync()[0],
    ).toBe(0);
  });

  it('names arguments that do not fit', () => {
    const queries = tf.zeros<tf.Rank.R2>([2, 3]);
    const table = tf.zeros<tf.Rank.R2>([4, 3]);
    const [targets, negatives] = [ints([0, 1]), ints([2, 3])];
    expectInvalid(
      () => sampledBce(queries, tf.zeros([4, 2]), targets, negatives),
      'queries',
      '[2, 3]',
      '[any, 2]',
    );
    expectInvalid(() => sampledBce(queries, table, ints([0]), negatives), 'positives', '[1]');
    expectInvalid(() => sampledBce(queries, table, ints([0, 4]), negatives), 'positives', '4', '1');
    expectInvalid(() => sampledBce(queries, table, ints([0, -2]), negatives), 'positives', '-2');
    expectInvalid(() => sampledBce(queries, table, targets, ints([0, -1])), 'negatives', '-1');
    expectInvalid(() => sampledBce(queries, table, targets, ints([])), 'negatives', '[0]');
    expectInvalid(
      () => sampledBce(queries, table, targets, intRows([[0]])),
      'negatives',
      '[1, 1]',
      '[2, any]',
    );
    expectInvalid(
      () => sampledBce(queries, table, targets.toFloat(), negatives),
      'positives',
      'float32',
    );
    for (const temperature of [0, -1, NaN, Infinity]) {
      expectInvalid(
        () => sampledSoftmax(queries, table, targets, negatives, { temperature }),
        `temperature is ${temperature}`,
      );
    }
    const logQ = tf.zeros<tf.Rank.R1>([3]);
    expectInvalid(
      () => sampledSoftmax(queries, table, targets, negatives, { logQ }),
      'logQ',
      '[3]',
    );
  });
});

describe('threads', () => {
  it('give the same bits in any number', async () => {
    const results: unknown[] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      await tf.setBackend('simd');
      const queries = normal<tf.Rank.R2>([501, 21], 1);
      const table = normal<tf.Rank.R2>([333, 21], 2);
      const targets = ints(Array.from({ length: 501 }, (_, i) => (i % 7 === 0 ? -1 : i % 333)));
      const negatives = intRows(
        Array.from({ length: 501 }, (_, i) =>
          Array.from({ length: 19 }, (_, j) => (i * j + 5 * j) % 333),
        ),
      );
      const shared = ints(Array.from({ length: 77 }, (_, j) => (j * j) % 333));
      results.push([
        valueAndGradients(
          () => sampledSoftmax(queries, table, targets, negatives),
          [queries, table],
        ),
        valueAndGradients(() => sampledSoftmax(queries, table, targets, shared), [queries, table]),
        valueAndGradients(() => sampledBce(queries, table, targets, negatives), [queries, table]),
        valueAndGradients(() => sampledBpr(queries, table, targets, negatives), [queries, table]),
      ]);
    }
    await ready({ threads: 2 });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});
