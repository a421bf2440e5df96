import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { catalogueSoftmax, infoNCE, ready } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectInvalid } from './errors.js';
import { expectGradients, normal } from './gradients.js';
import { expectGolden, expectNear, golden, valueAndGradients } from './losses.js';

const ints = (numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers, 'int32');

/** The same loss and its gradients in double precision, with all scores in memory. */
function wholeSoftmax(queries: number[][], table: number[][], targets: number[]) {
  const ofQueries = queries.map((query) => query.map(() => 0));
  const ofTable = table.map((row) => row.map(() => 0));
  let value = 0;
  queries.forEach((query, i) => {
    const scores = table.map((row) => row.reduce((sum, x, k) => sum + x * query[k]!, 0));
    const greatest = Math.max(...scores);
    const all = scores.reduce((sum, score) => sum + Math.exp(score - greatest), 0);
    value += (greatest + Math.log(all) - scores[targets[i]!]!) / queries.length;
    table.forEach((row, j) => {
      const own = j === targets[i] ? 1 : 0;
      const slope = (Math.exp(scores[j]! - greatest) / all - own) / queries.length;
      row.forEach((x, k) => {
        ofQueries[i]![k]! += slope * x;
        ofTable[j]![k]! += slope * query[k]!;
      });
    });
  });
  return { value, gradients: [ofQueries.flat(), ofTable.flat()] };
}

describeOnDevices('losses over a catalogue', () => {
  it('catalogueSoftmax is that of PyTorch', () => {
    const chosen = golden.catalogueSoftmax;
    const [queries, table] = [tf.tensor2d(chosen.queries), tf.tensor2d(chosen.table)];
    const bias = tf.tensor1d(chosen.bias);
    const targets = ints([...chosen.targets]);
    const { temperature } = chosen;
    const weights = tf.tensor1d(chosen.weights);
    expectGolden(chosen, { queries, table, bias }, () =>
      catalogueSoftmax(queries, table, targets, { bias, temperature, weights }),
    );
  });

  it('infoNCE is that of PyTorch', () => {
    const { a, b, temperature } = golden.infoNCE;
    const [left, right] = [tf.tensor2d(a), tf.tensor2d(b)];
    expectGolden(golden.infoNCE, { a: left, b: right }, () =>
      infoNCE(left, right, { temperature }),
    );
  });

  it('has the values worked out by hand', () => {
    const zeros = tf.zeros<tf.Rank.R2>([3, 2]);
    const table = normal<tf.Rank.R2>([5, 2], 1);
    const even = catalogueSoftmax(zeros, table, ints([0, 4, -1]));
    expectNear(even.dataSync(), [Math.log(5)], 'zeros');
    const biased = catalogueSoftmax(zeros, table, ints([0, 0, 0]), {
      bias: tf.tensor1d([1, 2, 3, 4, 6].map(Math.log)),
    });
    expectNear(biased.dataSync(), [Math.log(16)], 'bias');
    // Cosines 1 and 0: ln(1 + e^−2).
    const pair = tf.tensor2d([
      [2, 0],
      [0, 3],
    ]);
    const contrast = infoNCE(pair, pair, { temperature: 0.5 });
    expectNear(contrast.dataSync(), [Math.log1p(Math.exp(-2))], 'infoNCE');
    const plain = infoNCE(pair, pair, { temperature: 2, normalize: false });
    const mean = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-4.5))) / 2;
    expectNear(plain.dataSync(), [mean], 'infoNCE without normalisation');
  });

  it('has the gradients of central differences', () => {
    const inputs = [normal([3, 3], 1), normal([10, 3], 2), normal([10], 3)];
    const targets = ints([9, -1, 2]);
    expectGradients(
      (queries, table, bias) =>
        catalogueSoftmax(queries as tf.Tensor2D, table as tf.Tensor2D, targets, {
          bias: bias as tf.Tensor1D,
          temperature: 0.8,
        }),
      inputs,
    );
    expectGradients(
      (a, b) => infoNCE(a as tf.Tensor2D, b as tf.Tensor2D, { temperature: 0.5 }),
      [normal([4, 3], 4), normal([4, 3], 5)],
    );
  });

  it('is the loss of whole scores in all shapes', () => {
    const shapes = [
      [1, 1, 1],
      [1, 9, 4],
      [21, 8, 5],
      [7, 300, 13],
      // More than one block of positions on simd, and more numbers of a query than are multiplied at once.
      [501, 17, 3],
      [3, 12, 261],
    ] as const;
    for (const [positions, items, columns] of shapes) {
      const queries = normal<tf.Rank.R2>([positions, columns], 1, 0.5);
      const table = normal<tf.Rank.R2>([items, columns], 2, 0.5);
      const targets = Array.from({ length: positions }, (_, i) => (7 * i) % items);
      const numbers = ints(targets);
      const expected = wholeSoftmax(queries.arraySync(), table.arraySync(), targets);
      const loss = () => catalogueSoftmax(queries, table, numbers);
      const actual = valueAndGradients(loss, [queries, table]);
      const name = `${positions} × ${items} × ${columns}`;
      expect(Math.abs(actual.value - expected.value), name).toBeLessThan(1e-5);
      expected.gradients.forEach((gradient, n) => {
        const greatest = Math.max(1e-3, ...gradient.map(Math.abs));
        gradient.forEach((value, i) => {
          const distance = Math.abs(actual.gradients[n]![i]! - value);
          expect(distance, `${name} ${n} ${i}`).toBeLessThan(2e-5 * greatest);
        });
      });
    }
  });

  it('is finite for extreme scores', () => {
    const queries = tf.tensor2d([[100], [-100]]);
    const table = tf.tensor2d([[100], [-100], [99]]);
    const loss = () => catalogueSoftmax(queries, table, ints([0, 0]));
    const { value, gradients } = valueAndGradients(loss, [queries, table]);
    // Scores 1e4, −1e4, 9900 and −1e4, 1e4, −9900: 0 and 2e4.
    expectNear([value], [1e4], 'loss');
    expectNear(gradients[0]!, [0, -100], 'queries');
    expectNear(gradients[1]!, [50, -50, 0], 'table');
  });

  it('keeps small derivatives beside a probability near 1', () => {
    const queries = tf.tensor2d([[1]]);
    const table = tf.tensor2d([[30], [0], [-2]]);
    const { value, gradients } = valueAndGradients(
      () => catalogueSoftmax(queries, table, ints([0])),
      [queries, table],
    );
    const [one, two] = [Math.exp(-30), Math.exp(-32)];
    // The logarithm of 1 + x is not exact on wasm.
    expect(Math.abs(value)).toBeLessThan(1e-7);
    expect(gradients[1]![0]! / -(one + two)).toBeCloseTo(1, 5);
    expect(gradients[0]![0]! / (-30 * one - 32 * two)).toBeCloseTo(1, 5);
  });

  it('leaves out positions of target −1 and of weight 0, even with NaN', () => {
    const queries = tf.tensor2d([[NaN], [0], [NaN]]);
    const table = tf.tensor2d([[1], [3]]);
    const weights = tf.tensor1d([1, 1, 0]);
    const loss = () => catalogueSoftmax(queries, table, ints([-1, 1, 0]), { weights });
    const { value, gradients } = valueAndGradients(loss, [queries, table]);
    expectNear([value], [Math.LN2], 'loss');
    expectNear(gradients[0]!, [0, -1, 0], 'queries');
    expect(gradients[1]).toEqual([0, 0]);
    const bias = tf.zeros<tf.Rank.R1>([2]);
    const none = () => catalogueSoftmax(queries, table, ints([-1, -1, -1]), { bias });
    const nothing = valueAndGradients(none, [queries, table, bias]);
    const zeros = [
      [0, 0, 0],
      [0, 0],
      [0, 0],
    ];
    expect(nothing).toEqual({ value: 0, gradients: zeros });
    const empty = tf.zeros<tf.Rank.R2>([0, 1]);
    expect(catalogueSoftmax(empty, table, ints([])).dataSync()[0]).toBe(0);
    expect(infoNCE(empty, empty, { temperature: 1 }).dataSync()[0]).toBe(0);
  });

  it('hands NaN on', () => {
    const table = tf.tensor2d([[1], [3]]);
    expect(catalogueSoftmax(tf.tensor2d([[NaN]]), table, ints([0])).dataSync()[0]).toBeNaN();
  });

  it('names arguments that do not fit', () => {
    const [queries, table] = [tf.zeros<tf.Rank.R2>([2, 3]), tf.zeros<tf.Rank.R2>([4, 3])];
    const targets = ints([0, 1]);
    expectInvalid(
      () => catalogueSoftmax(queries, tf.zeros([4, 2]), targets),
      ...['queries', '[2, 3]', '[any, 2]'],
    );
    expectInvalid(() => catalogueSoftmax(queries, table, ints([0])), 'targets', '[1]', '[2]');
    expectInvalid(() => catalogueSoftmax(queries, table, ints([4, 0])), 'targets', '4', '3');
    expectInvalid(() => catalogueSoftmax(queries, table, ints([0, -2])), 'targets', '-2');
    const bias = tf.zeros<tf.Rank.R1>([3]);
    expectInvalid(() => catalogueSoftmax(queries, table, targets, { bias }), 'bias', '[3]', '[4]');
    expectInvalid(() => catalogueSoftmax(queries, table, targets, { temperature: 0 }), '0');
    expectInvalid(() => infoNCE(queries, table, { temperature: 1 }), 'b', '[4, 3]', '[2, 3]');
    expectInvalid(() => infoNCE(queries, queries, { temperature: -1 }), '-1');
  });
});

describe('threads', () => {
  it('give the same bits in any number', async () => {
    const results: unknown[] = [];
    for (const threads of [1, 2, 3]) {
      await ready({ threads });
      await tf.setBackend('simd');
      const queries = normal<tf.Rank.R2>([333, 21], 1);
      const table = normal<tf.Rank.R2>([1001, 21], 2);
      const bias = normal<tf.Rank.R1>([1001], 3);
      const targets = ints(Array.from({ length: 333 }, (_, i) => (i % 7 === 0 ? -1 : 3 * i)));
      results.push(
        valueAndGradients(
          () => catalogueSoftmax(queries, table, targets, { bias }),
          [queries, table, bias],
        ),
      );
    }
    await ready({ threads: 2 });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});
