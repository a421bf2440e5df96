import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, expectTypeOf, it } from 'vitest';
import { Adam, disposeGradients, sparseValueAndGrads, type TableRows } from '../src/index.js';
import { describeOnDevices } from './devices.js';
import { expectClose, expectError, numbersOf } from './support.js';

describeOnDevices('sparseValueAndGrads', () => {
  afterEach(() => {
    tf.disposeVariables();
  });

  const table = (rows: number, columns = 2): tf.Variable<tf.Rank.R2> =>
    tf.variable(
      tf.tensor2d(
        Array.from({ length: rows * columns }, (_, n) => n),
        [rows, columns],
      ),
    );

  it('gives the rows of a batch each once, and a gradient for each', async () => {
    const items = table(6);
    const { value, tables } = sparseValueAndGrads(
      ({ items: { rows, indices, lookup } }) => {
        expect(rows.shape).toEqual([3, 2]);
        expect([...indices.dataSync()]).toEqual([2, 0, 2, 1]);
        // Weights tell the numbers apart: d/dx Σ w x² = 2 w x.
        return lookup()
          .square()
          .mul(tf.tensor2d([[1], [2], [4], [8]]))
          .sum()
          .asScalar();
      },
      { tables: { items: { table: items, indices: [5, 1, 5, 3] } } },
    );
    // Rows 1: (2, 3), 3: (6, 7), 5: (10, 11).
    expectClose(await numbersOf(value), [5 * (100 + 121) + 2 * (4 + 9) + 8 * (36 + 49)], 1e-6);
    expect(tables.items.rows).toEqual(Int32Array.of(1, 3, 5));
    expect(tables.items.variable).toBe(items);
    expectClose(await numbersOf(tables.items.gradient), [8, 12, 96, 112, 100, 110], 1e-6);
  });

  it('agrees with the dense gradient of tfjs', async () => {
    const indices = Array.from({ length: 40 }, (_, n) => (n * n) % 7);
    const [items, bias] = [table(9, 3), tf.variable(tf.tensor1d([0.5, -1, 2]))];
    const weights = tf.tensor2d(indices.map((_, n) => [Math.sin(n), 1, Math.cos(n)]));
    const loss = (rows: tf.Tensor, shift: tf.Tensor): tf.Scalar =>
      rows.add(shift).mul(0.1).sigmoid().mul(weights).sum().asScalar();
    const { value, variables, tables } = sparseValueAndGrads(
      ({ items }) => loss(items.lookup(), bias),
      { tables: { items: { table: items, indices } }, variables: [bias] },
    );
    const oneHot = tf.oneHot(tf.tensor1d(indices, 'int32'), 9).toFloat();
    const expected = tf.variableGrads(() => loss(oneHot.matMul(items), bias), [items, bias]);
    expectClose(await numbersOf(value), await numbersOf(expected.value));
    expectClose(
      await numbersOf(variables[bias.name]!.gradient),
      await numbersOf(expected.grads[bias.name]!),
    );
    const dense = await numbersOf(expected.grads[items.name]!);
    const rows = [...tables.items.rows];
    expect(rows).toEqual([...new Set(indices)].sort((a, b) => a - b));
    expectClose(
      await numbersOf(tables.items.gradient),
      rows.flatMap((row) => [...dense.subarray(3 * row, 3 * row + 3)]),
    );
  });

  it('looks parts of the rows up, of several tables, of any rank', async () => {
    const users = tf.variable(tf.tensor1d([1, 2, 3]));
    const items = tf.variable(tf.tensor3d([[[1, 2]], [[3, 4]], [[5, 6]], [[7, 8]]]));
    const { tables } = sparseValueAndGrads(
      ({ users, items }) =>
        users
          .lookup()
          .reshape([2, 1, 1])
          .mul(items.lookup([3, 1]).sub(items.lookup([0, 0])))
          .sum()
          .asScalar(),
      {
        tables: {
          users: { table: users, indices: [2, 0] },
          items: { table: items, indices: Int32Array.of(3, 1, 0, 0) },
        },
      },
    );
    // 3 · ((7 + 8) − (1 + 2)) for user 2; 1 · ((3 + 4) − (1 + 2)) for user 0.
    expectClose(await numbersOf(tables.users.gradient), [4, 12], 0);
    expect([...tables.items.rows]).toEqual([0, 1, 3]);
    expectClose(await numbersOf(tables.items.gradient), [-4, -4, 1, 1, 3, 3], 0);
  });

  it('gives a row that is in the batch but not looked up a gradient of 0', async () => {
    const { tables } = sparseValueAndGrads(({ t }) => t.lookup([2]).sum().asScalar(), {
      tables: { t: { table: table(4), indices: [0, 2, 3] } },
    });
    expectClose(await numbersOf(tables.t.gradient), [0, 0, 1, 1, 0, 0], 0);
  });

  it('leaves variables out that the loss does not depend on', () => {
    const [used, unused] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const { variables } = sparseValueAndGrads(() => used.square(), {
      tables: {},
      variables: [used, unused],
    });
    expect(Object.keys(variables)).toEqual([used.name]);
  });

  it('hands NaN on, in the rows that it reaches', async () => {
    const items = tf.variable(tf.tensor2d([[1], [NaN], [3]]));
    const { value, tables } = sparseValueAndGrads(
      ({ items }) => items.lookup().square().sum().asScalar(),
      {
        tables: { items: { table: items, indices: [0, 1, 0, 1] } },
      },
    );
    expect([...(await numbersOf(value))]).toEqual([NaN]);
    expect([...(await numbersOf(tables.items.gradient))]).toEqual([4, NaN]);
  });

  it('keeps the result alone', () => {
    const [items, bias] = [table(5), tf.variable(tf.scalar(1))];
    const before = tf.memory().numTensors;
    const { value, ...gradients } = sparseValueAndGrads(
      ({ items }) => items.lookup().add(bias).square().sum().asScalar(),
      { tables: { items: { table: items, indices: [4, 4, 4, 4, 0] } }, variables: [bias] },
    );
    expect(tf.memory().numTensors).toBe(before + 3);
    disposeGradients(gradients);
    value.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('trains embeddings to a target with an optimizer, and leaks nothing', async () => {
    const items = tf.variable(tf.zeros<tf.Rank.R2>([50, 2]));
    const optimizer = new Adam({ learningRate: 0.1 });
    const target = tf.tensor2d([
      [1, -1],
      [2, 0.5],
      [1, -1],
    ]);
    const step = (): tf.Scalar =>
      optimizer.minimize(({ items }) => items.lookup().sub(target).square().sum().asScalar(), {
        tables: { items: { table: items, indices: [7, 30, 7] } },
      });
    step().dispose();
    const before = tf.memory().numTensors;
    for (let n = 0; n < 300; n++) step().dispose();
    expect(tf.memory().numTensors).toBe(before);
    const numbers = await numbersOf(items);
    expectClose(numbers.subarray(14, 16), [1, -1], 1e-3);
    expectClose(numbers.subarray(60, 62), [2, 0.5], 1e-3);
    expect(numbers.filter((x) => x !== 0)).toHaveLength(4);
  });

  it('says what is wrong', () => {
    const items = table(4);
    const sum = ({ items }: { items: TableRows }): tf.Scalar => items.lookup().sum().asScalar();
    const refused = (indices: readonly number[], ...pieces: string[]): void => {
      expectError(
        () => sparseValueAndGrads(sum, { tables: { items: { table: items, indices } } }),
        'invalid-argument',
        "'items'",
        ...pieces,
      );
    };
    const before = tf.memory().numTensors;
    refused([], 'empty');
    refused([0, 4], '4 at place 1', '0 to 3');
    refused([-1], '-1');
    refused([0.5], '0.5');
    refused([NaN], 'NaN');
    const uses = { items: { table: items, indices: [1, 2] } };
    const fails = (f: (tables: { items: TableRows }) => tf.Scalar, ...pieces: string[]): void => {
      expectError(() => sparseValueAndGrads(f, { tables: uses }), 'invalid-argument', ...pieces);
    };
    fails(() => tf.scalar(1), 'does not depend', "'items'");
    fails(({ items }) => items.lookup([3]).sum().asScalar(), 'row 3', 'not among');
    // @ts-expect-error -- a loss is a scalar
    fails(({ items }) => items.lookup(), '[2, 2]', 'scalar');
    expectError(() => sparseValueAndGrads(() => tf.scalar(1), { tables: {} }), 'invalid-argument');
    expect(tf.memory().numTensors).toBe(before);
    const integers = tf.variable(tf.tensor1d([1, 2], 'int32'));
    expectError(
      () => sparseValueAndGrads(sum, { tables: { items: { table: integers, indices: [0] } } }),
      'invalid-argument',
      'int32',
    );
  });

  it('knows the names and ranks of tables', () => {
    const tables = { users: { table: table(3), indices: [0] } };
    const result = sparseValueAndGrads(
      ({ users }) => {
        expectTypeOf(users.lookup()).toEqualTypeOf<tf.Tensor2D>();
        return users.lookup().sum().asScalar();
      },
      { tables },
    );
    expectTypeOf(result.tables).toHaveProperty('users');
    // @ts-expect-error -- there is no such table
    expect(result.tables.items).toBeUndefined();
  });
});
