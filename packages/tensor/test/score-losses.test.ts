import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy, bpr, generalizedBce, ready } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients } from './gradients.js';
import { expectGolden, expectNear, golden, valueAndGradients } from './losses.js';

describeOnDevices('losses of scores', () => {
  it('binaryCrossEntropy is that of PyTorch', () => {
    const { logits, labels, weights } = golden.binaryCrossEntropy;
    const [x, y, w] = [tf.tensor2d(logits), tf.tensor2d(labels), tf.tensor2d(weights)];
    expectGolden(golden.binaryCrossEntropy, { logits: x }, () =>
      binaryCrossEntropy(x, y, { weights: w }),
    );
  });

  it('bpr is that of PyTorch', () => {
    const { positives, negatives, weights } = golden.bpr;
    const [p, n] = [tf.tensor1d(positives), tf.tensor2d(negatives)];
    const w = tf.tensor1d(weights);
    expectGolden(golden.bpr, { positives: p, negatives: n }, () => bpr(p, n, { weights: w }));
  });

  it('generalizedBce is that of PyTorch', () => {
    const { positives, negatives, weights, catalogue, t } = golden.generalizedBce;
    const [p, n] = [tf.tensor1d(positives), tf.tensor2d(negatives)];
    const options = { catalogue, t, weights: tf.tensor1d(weights) };
    expectGolden(golden.generalizedBce, { positives: p, negatives: n }, () =>
      generalizedBce(p, n, options),
    );
  });

  it('has the values worked out by hand', () => {
    const log2 = Math.LN2;
    const zeros = tf.zeros<tf.Rank.R2>([1, 3]);
    const zero = tf.tensor1d([0]);
    expectNear(binaryCrossEntropy(zero, tf.tensor1d([1])).dataSync(), [log2], 'bce');
    expectNear(bpr(zero, zeros).dataSync(), [log2], 'bpr');
    // α = 3 / 6, β = 1 − 0.5 · 0.5 = 0.75; (0.75 + 3) · ln 2 / 4
    const generalized = generalizedBce(zero, zeros, { catalogue: 7, t: 0.5 });
    expectNear(generalized.dataSync(), [(3.75 * log2) / 4], 'gBCE');
    // ln(1 + e^(1 − 3)) and ln(1 + e^(5 − 3))
    const mean = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(2))) / 2;
    expectNear(bpr(tf.tensor1d([3]), tf.tensor2d([[1, 5]])).dataSync(), [mean], 'bpr');
  });

  it('has the gradients of central differences', () => {
    const labels = tf.tensor1d([0, 1, 1, 0.5, 0]);
    expectGradients((x) => binaryCrossEntropy(x, labels), [tf.tensor1d([-2, -0.3, 0, 1, 3])]);
    const scores = [tf.tensor1d([0.5, -1]), tf.tensor2d([1, 2, -3, 0, 0.1, -0.2], [2, 3])];
    expectGradients((p, n) => bpr(p as tf.Tensor1D, n as tf.Tensor2D), scores);
    const options = { catalogue: 50, t: 0.75 };
    expectGradients(
      (p, n) => generalizedBce(p as tf.Tensor1D, n as tf.Tensor2D, options).mul(3),
      scores,
    );
  });

  it('is finite for extreme scores', () => {
    const x = tf.tensor1d([1e4, -1e4, 1e4, -1e4]);
    const crossEntropy = () => binaryCrossEntropy(x, tf.tensor1d([1, 0, 0, 1]));
    const { value, gradients } = valueAndGradients(crossEntropy, [x]);
    expect(value).toBe(5000);
    expect(gradients[0]).toEqual([0, 0, 0.25, -0.25]);
    const p = tf.tensor1d([1e4, -1e4]);
    const n = tf.tensor2d([-1e4, -1e4, 1e4, 1e4], [2, 2]);
    const pairs = valueAndGradients(() => bpr(p, n), [p, n]);
    expect(pairs.value).toBe(1e4);
    expectNear(pairs.gradients[0]!, [0, -0.5], 'p');
    expectNear(pairs.gradients[1]!, [0, 0, 0.25, 0.25], 'n');
    const calibrated = valueAndGradients(
      () => generalizedBce(p, n, { catalogue: 100, t: 1 }),
      [p, n],
    );
    // β = 2 / 99: (β · 1e4 + 2e4) / 3 / 2
    expectNear([calibrated.value], [((2 / 99) * 1e4 + 2e4) / 6], 'gBCE');
    expectNear(calibrated.gradients[0]!, [0, -2 / 99 / 6], 'p');
  });

  it('leaves out what weighs nothing, and gives 0 where nothing is left', () => {
    const scores = tf.tensor1d([NaN, 0, 0]);
    const labels = tf.tensor1d([1, 1, 1]);
    const masked = () => binaryCrossEntropy(scores, labels, { weights: tf.tensor1d([0, 1, 0]) });
    const one = valueAndGradients(masked, [scores]);
    expectNear([one.value], [Math.LN2], 'loss');
    expectNear(one.gradients[0]!, [0, -0.5, 0], 'gradient');
    const weights = tf.zeros<tf.Rank.R1>([3]);
    const none = valueAndGradients(() => binaryCrossEntropy(scores, labels, { weights }), [scores]);
    expect(none).toEqual({ value: 0, gradients: [[0, 0, 0]] });
    const negatives = tf.tensor2d([NaN, 0, 0, 0, 0, NaN], [3, 2]);
    const pairs = () => bpr(scores, negatives, { weights: tf.tensor1d([0, 1, 0]) });
    const pair = valueAndGradients(pairs, [scores, negatives]);
    expectNear([pair.value], [Math.LN2], 'bpr');
    expectNear(pair.gradients[1]!, [0, 0, 0.25, 0.25, 0, 0], 'negatives');
    expect(valueAndGradients(() => bpr(scores, negatives, { weights }), [scores])).toEqual({
      value: 0,
      gradients: [[0, 0, 0]],
    });
    const empty = [tf.zeros<tf.Rank.R1>([0]), tf.zeros<tf.Rank.R2>([0, 2])] as const;
    expect(valueAndGradients(() => bpr(...empty), empty)).toEqual({
      value: 0,
      gradients: [[], []],
    });
    expect(binaryCrossEntropy(empty[0], empty[0]).dataSync()[0]).toBe(0);
  });

  it('hands NaN on', () => {
    const x = tf.tensor1d([NaN, 0]);
    expect(binaryCrossEntropy(x, tf.tensor1d([1, 0])).dataSync()[0]).toBeNaN();
    expect(bpr(x, tf.zeros([2, 3])).dataSync()[0]).toBeNaN();
  });

  it('names arguments that do not fit', () => {
    const [p, n] = [tf.zeros<tf.Rank.R1>([2]), tf.zeros<tf.Rank.R2>([2, 3])];
    expectInvalid(() => binaryCrossEntropy(p, tf.zeros([3])), 'labels', '[3]', '[2]');
    expectInvalid(() => binaryCrossEntropy(p.toInt(), p), 'logits', 'int32');
    expectInvalid(() => bpr(p, tf.zeros([3, 2])), 'negativeScores', '[3, 2]', '[2, any]');
    expectInvalid(() => bpr(p, tf.zeros([2, 0])), 'negativeScores', '[2, 0]');
    expectInvalid(() => bpr(p, n, { weights: tf.zeros([3]) }), 'weights', '[3]', '[2]');
    for (const catalogue of [3, 1, 2.5, NaN]) {
      expectInvalid(() => generalizedBce(p, n, { catalogue, t: 0.5 }), 'catalogue');
    }
    for (const t of [-0.1, 1.1, NaN]) {
      expectInvalid(() => generalizedBce(p, n, { catalogue: 9, t }), `t is ${t}`);
    }
  });
});

describe('threads', () => {
  it('give the same bits in any number', async () => {
    const results: unknown[] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      await tf.setBackend('simd');
      const x = tf.randomNormal([70_001], 0, 3, 'float32', 1);
      const labels = tf.randomUniform([70_001], 0, 2, 'bool', 2).toFloat();
      const p = tf.randomNormal<tf.Rank.R1>([3001], 0, 3, 'float32', 3);
      const n = tf.randomNormal<tf.Rank.R2>([3001, 21], 0, 3, 'float32', 4);
      results.push([
        valueAndGradients(() => binaryCrossEntropy(x, labels), [x]),
        valueAndGradients(() => bpr(p, n), [p, n]),
        valueAndGradients(() => generalizedBce(p, n, { catalogue: 99, t: 0.75 }), [p, n]),
      ]);
    }
    await ready({ threads: 2 });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});
