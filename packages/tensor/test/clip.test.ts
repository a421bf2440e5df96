import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { clipByGlobalNorm, clipByValue, disposeGradients, type Gradients } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectClose, expectError, numbersOf } from './support.js';

describeOnDevices('clipping', () => {
  /** Numbers 2 and −4, dense, and 4 and 8 of two rows of a table. */
  function gradients(scale = 1): Gradients<'items'> {
    const bias = tf.variable(tf.zeros([2]));
    const items = tf.variable(tf.zeros([5, 1]));
    return {
      variables: { bias: { variable: bias, gradient: tf.tensor1d([2 * scale, -4 * scale]) } },
      tables: {
        items: {
          variable: items,
          rows: Int32Array.of(1, 4),
          gradient: tf.tensor2d([[4 * scale], [8 * scale]]),
        },
      },
    };
  }
  const numbers = async ({ variables, tables }: Gradients<'items'>): Promise<number[]> => [
    ...(await numbersOf(variables['bias']!.gradient)),
    ...(await numbersOf(tables.items.gradient)),
  ];

  it('scales dense and row-sparse gradients by one norm', async () => {
    // √(4 + 16 + 16 + 64) = 10
    const given = gradients();
    const { norm, ...clipped } = clipByGlobalNorm(given, 5);
    expectClose(await numbersOf(norm), [10], 1e-6);
    expectClose(await numbers(clipped), [1, -2, 2, 4], 1e-6);
    expect(clipped.tables.items.rows).toBe(given.tables.items.rows);
    expect(clipped.tables.items.variable).toBe(given.tables.items.variable);
    expect(await numbers(given)).toEqual([2, -4, 4, 8]);
  });

  it('changes no gradient up to the norm', async () => {
    expect(await numbers(clipByGlobalNorm(gradients(), 10))).toEqual([2, -4, 4, 8]);
    expect(await numbers(clipByGlobalNorm(gradients(0), 10))).toEqual([0, -0, 0, 0]);
  });

  it('makes NaN of all numbers where there is one, and no other number where one is infinite', async () => {
    expect(await numbers(clipByGlobalNorm(gradients(NaN), 1))).toEqual([NaN, NaN, NaN, NaN]);
    const infinite = await numbers(clipByGlobalNorm(gradients(Infinity), 1));
    expect(infinite.every(Number.isNaN)).toBe(true);
  });

  it('cuts each number', async () => {
    expect(await numbers(clipByValue(gradients(), 3))).toEqual([2, -3, 3, 3]);
    expect((await numbers(clipByValue(gradients(NaN), 3)))[0]).toBeNaN();
  });

  it('has the norm 0 of no gradients, and leaks nothing', async () => {
    const { norm } = clipByGlobalNorm({ variables: {}, tables: {} }, 1);
    expect([...(await numbersOf(norm))]).toEqual([0]);
    const given = gradients();
    const before = tf.memory().numTensors;
    const { norm: other, ...clipped } = clipByGlobalNorm(given, 1);
    expect(tf.memory().numTensors).toBe(before + 3);
    other.dispose();
    disposeGradients(clipped);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses bounds that are none', () => {
    for (const maximum of [0, -1, NaN]) {
      expectError(() => clipByGlobalNorm(gradients(), maximum), 'invalid-argument', `${maximum}`);
      expectError(() => clipByValue(gradients(), maximum), 'invalid-argument', `${maximum}`);
    }
    expectError(() => clipByGlobalNorm(gradients(), Infinity), 'invalid-argument', 'Infinity');
  });

  it('keeps the names of tables', () => {
    const { tables } = clipByValue(gradients(), 1);
    // @ts-expect-error -- there is no such table
    expect(tables.users).toBeUndefined();
  });
});
