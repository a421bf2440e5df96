import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, it } from 'vitest';
import {
  Adagrad,
  Adam,
  AdamW,
  Momentum,
  Sgd,
  type Gradients,
  type Optimizer,
} from '../src/index.js';
import { describeOnDevices } from './devices.js';
import golden from './reference/optimizers.json' with { type: 'json' };
import { expectClose, expectError, numbersOf } from './support.js';

/** The optimizers of reference/optimizers.py. */
const optimizers = {
  sgd: () => new Sgd({ learningRate: 0.1 }),
  momentum: () => new Momentum({ learningRate: 0.1, momentum: 0.8 }),
  nesterov: () => new Momentum({ learningRate: 0.1, momentum: 0.8, nesterov: true }),
  adagrad: () => new Adagrad({ learningRate: 0.1 }),
  adam: () => new Adam({ learningRate: 0.05, beta1: 0.85, beta2: 0.99 }),
  adamw: () => new AdamW({ learningRate: 0.05, weightDecay: 0.3 }),
} satisfies Readonly<Record<string, () => Optimizer>>;

const [rowCount, columns] = golden.shape as [number, number];
const initialTable = (): tf.Variable => tf.variable(tf.tensor(golden.initial, golden.shape));

/** A dense gradient of a step of the golden file. */
function denseStep(variable: tf.Variable, step: number): Gradients {
  const gradient = tf.tensor(golden.denseGradients[step]!, golden.shape);
  return { variables: { [variable.name]: { variable, gradient } }, tables: {} };
}

/** A row-sparse gradient of a step of the golden file. */
function sparseStep(variable: tf.Variable, step: number): Gradients {
  const rows = Int32Array.from(golden.rows[step]!);
  const gradient = tf.tensor(golden.rowGradients[step]!, [rows.length, columns]);
  return { variables: {}, tables: { table: { variable, rows, gradient } } };
}

describeOnDevices('optimizers', () => {
  afterEach(() => {
    tf.disposeVariables();
  });

  it.each(Object.entries(golden.dense))('%s steps as PyTorch does', async (name, steps) => {
    const optimizer = optimizers[name as keyof typeof optimizers]();
    const variable = initialTable();
    for (const [step, expected] of steps.entries()) {
      optimizer.apply(denseStep(variable, step));
      expectClose(await numbersOf(variable), expected, 2e-6);
    }
    expect(optimizer.steps).toBe(steps.length);
  });

  it.each(Object.entries(golden.sparse))(
    '%s steps by row-sparse gradients as PyTorch does, and leaves other rows alone',
    async (name, steps) => {
      const optimizer = optimizers[name as keyof typeof optimizers]();
      const variable = initialTable();
      for (const [step, expected] of steps.entries()) {
        const before = await numbersOf(variable);
        optimizer.apply(sparseStep(variable, step));
        const after = await numbersOf(variable);
        expectClose(after, expected, 2e-6);
        for (let row = 0; row < rowCount; row++) {
          if (golden.rows[step]!.includes(row)) continue;
          const part = (numbers: Float32Array): Float32Array =>
            numbers.subarray(row * columns, (row + 1) * columns);
          expect(part(after)).toEqual(part(before));
        }
      }
    },
  );

  it.each(Object.entries(optimizers))(
    '%s does the same by a row-sparse gradient of all rows as by a dense one',
    async (_, create) => {
      const [dense, sparse] = [initialTable(), initialTable()];
      const [first, second] = [create(), create()];
      const rows = Int32Array.from({ length: rowCount }, (_, row) => row);
      for (let step = 0; step < 3; step++) {
        const gradients = denseStep(dense, step);
        first.apply(gradients);
        const { gradient } = gradients.variables[dense.name]!;
        second.apply({ variables: {}, tables: { all: { variable: sparse, rows, gradient } } });
        expect(await numbersOf(sparse)).toEqual(await numbersOf(dense));
      }
    },
  );

  it.each(Object.entries(optimizers))(
    '%s goes on from a state with the same bits',
    async (_, create) => {
      const variable = initialTable();
      const optimizer = create();
      optimizer.apply(denseStep(variable, 0));
      optimizer.apply(sparseStep(variable, 1));
      const state = await optimizer.state();
      const copy = tf.variable(variable.clone());

      const other = create();
      const named = Object.fromEntries(
        Object.entries(state.arrays).map(([name, numbers]) => [
          name.replace(variable.name, copy.name),
          numbers,
        ]),
      );
      other.restore({ steps: state.steps, arrays: named }, [copy]);
      for (const step of [2, 3]) {
        optimizer.apply(sparseStep(variable, step));
        other.apply(sparseStep(copy, step));
      }
      expect(await numbersOf(copy)).toEqual(await numbersOf(variable));
      expect(other.steps).toBe(4);
    },
  );

  it('changes no tensor that shares its numbers with a variable', async () => {
    const initial = tf.tensor(golden.initial, golden.shape);
    const variable = tf.variable(initial);
    const view = variable.reshape([rowCount * columns]);
    new Sgd({ learningRate: 0.1 }).apply(sparseStep(variable, 0));
    expectClose(await numbersOf(variable), golden.sparse.sgd[0]!, 2e-6);
    expectClose(await numbersOf(initial), golden.initial, 0);
    expectClose(await numbersOf(view), golden.initial, 0);
  });

  it('frees all it took', () => {
    const variable = initialTable();
    const gradients = [denseStep(variable, 0), sparseStep(variable, 1)];
    const before = tf.memory().numTensors;
    const optimizer = new Adam();
    for (const step of gradients) optimizer.apply(step);
    expect(tf.memory().numTensors).toBe(before + 2);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses gradients that do not go with their variables, and changes nothing', async () => {
    const variable = tf.variable(tf.tensor(golden.initial, golden.shape), true, 'refusing');
    const optimizer = new Adam();
    const good = denseStep(variable, 0);
    const refused = (gradients: Gradients, ...pieces: string[]): void => {
      expectError(
        () => {
          optimizer.apply(gradients);
        },
        'invalid-argument',
        variable.name,
        ...pieces,
      );
    };
    const rows = (numbers: number[]): Gradients => ({
      variables: {},
      tables: {
        table: { variable, rows: Int32Array.from(numbers), gradient: tf.ones([numbers.length, 3]) },
      },
    });
    refused(rows([0, 0]), '0 at place 1');
    refused(rows([3, 1]), '1 at place 1');
    refused(rows([4, 5]), '5 at place 1');
    refused(rows([-1]), '-1 at place 0');
    refused({ ...rows([1]), variables: good.variables }, 'two gradients');
    const shaped = (gradient: tf.Tensor): Gradients => ({
      variables: { x: { variable, gradient } },
      tables: {},
    });
    refused(shaped(tf.ones([3, 5])), '[3, 5]', '[5, 3]');
    refused(shaped(tf.ones([5, 3], 'int32')), 'int32');
    expect(optimizer.steps).toBe(0);
    expectClose(await numbersOf(variable), golden.initial, 0);
  });

  it('names what it remembers, and refuses states of something else', async () => {
    const items = tf.variable(tf.tensor(golden.initial, golden.shape), true, 'state-items');
    const bias = tf.variable(tf.zeros([3]), true, 'state-bias');
    const optimizer = new Adam();
    optimizer.apply(denseStep(items, 0));
    const state = await optimizer.state();
    expect(state.steps).toBe(1);
    expect(Object.keys(state.arrays)).toEqual(['state-items/m', 'state-items/v']);
    expectClose(
      state.arrays['state-items/m']!,
      golden.denseGradients[0]!.map((x) => 0.1 * x),
      1e-6,
    );

    const before = tf.memory().numTensors;
    const refused = (run: () => void, ...pieces: string[]): void => {
      expectError(run, 'invalid-argument', ...pieces);
    };
    const short = { ...state.arrays, 'state-items/v': new Float32Array(4) };
    const { 'state-items/m': _, ...half } = state.arrays;
    refused(
      () => {
        optimizer.restore(state, [bias]);
      },
      'state-items/m',
      'state-bias/m',
    );
    refused(() => {
      new Sgd({ learningRate: 1 }).restore(state, [items]);
    }, 'state-items/m');
    refused(
      () => {
        new Adagrad().restore(state, [items]);
      },
      'state-items/m',
      'state-items/s',
    );
    refused(
      () => {
        optimizer.restore({ ...state, arrays: short }, [items]);
      },
      '4 numbers',
      '15',
    );
    refused(
      () => {
        optimizer.restore({ ...state, arrays: half }, [items]);
      },
      'no numbers',
      'state-items/m',
    );
    for (const steps of [-1, 0.5, NaN]) {
      refused(() => {
        optimizer.restore({ ...state, steps }, [items]);
      }, `${steps}`);
    }
    expect(optimizer.steps).toBe(1);
    expect((await optimizer.state()).arrays).toEqual(state.arrays);
    expect(tf.memory().numTensors).toBe(before);

    // A variable without a step has no state yet.
    optimizer.restore(state, [bias, items]);
    expect(await optimizer.state()).toEqual(state);
  });

  it('takes no settings but its own', () => {
    // @ts-expect-error -- a rate is wanted
    const withoutRate = new Sgd({});
    expectError(() => withoutRate.learningRate, 'invalid-argument', 'learningRate is undefined');
    // @ts-expect-error -- there is no such setting
    expect(new Adam({ lr: 1 }).learningRate).toBe(0.001);
    // @ts-expect-error -- Adam has no weight decay
    expect(new Adam({ weightDecay: 1 }).learningRate).toBe(0.001);
  });

  it('refuses settings out of their ranges', () => {
    expectError(() => new Adam({ beta1: 1 }), 'invalid-argument', 'beta1 is 1');
    expectError(() => new Adam({ beta2: -0.1 }), 'invalid-argument', 'beta2 is -0.1');
    expectError(() => new Adam({ epsilon: 0 }), 'invalid-argument', 'epsilon is 0');
    expectError(() => new AdamW({ weightDecay: NaN }), 'invalid-argument', 'weightDecay is NaN');
    expectError(
      () => new Adagrad({ epsilon: Infinity }),
      'invalid-argument',
      'epsilon is Infinity',
    );
    expectError(
      () => new Momentum({ learningRate: 1, momentum: 1 }),
      'invalid-argument',
      'momentum',
    );
  });

  it('hands NaN on, in the rows that it is in', async () => {
    const variable = tf.variable(tf.ones([3, 1]));
    const gradient = tf.tensor2d([[NaN], [1]]);
    const optimizer = new Adam({ learningRate: 0.5 });
    optimizer.apply({
      variables: {},
      tables: { table: { variable, rows: Int32Array.of(0, 2), gradient } },
    });
    expectClose((await numbersOf(variable)).subarray(1), [1, 0.5], 1e-6);
    expect((await numbersOf(variable))[0]).toBeNaN();
  });
});
