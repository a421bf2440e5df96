import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adagradStep,
  adamStep,
  descentStep,
  fingerprint,
  momentumStep,
  Random,
  ready,
  ResidentArray,
  type OptimizerStep,
} from '../src/index.js';
import { expectError, expectSameForAnyThreads, normal, usedBytes } from './support.js';

beforeAll(async () => {
  await ready();
});

/** The methods under test, by name: the kernel, and the same for one number in double precision. */
interface Method {
  readonly run: (step: OptimizerStep, first: ResidentArray, second: ResidentArray) => void;
  readonly exact: (x: number, g: number, first: number, second: number) => readonly number[];
}

const momentum = (nesterov: boolean): Method => ({
  run: (step, velocity) => {
    momentumStep(step, velocity, { rate: 0.1, momentum: 0.75, nesterov });
  },
  exact: (x, g, b) => {
    const velocity = 0.75 * b + g;
    return [x - 0.1 * (nesterov ? 0.75 * velocity + g : velocity), velocity];
  },
});

const methods: Readonly<Record<string, Method>> = {
  descent: {
    run: (step) => {
      descentStep(step, 0.1);
    },
    exact: (x, g) => [x - 0.1 * g],
  },
  momentum: momentum(false),
  nesterov: momentum(true),
  adagrad: {
    run: (step, sum) => {
      adagradStep(step, sum, { rate: 0.1, epsilon: 1e-3 });
    },
    exact: (x, g, s) => [x - (0.1 * g) / (Math.sqrt(s + g * g) + 1e-3), s + g * g],
  },
  adam: {
    run: (step, m, v) => {
      adamStep(step, m, v, {
        ...{ rate: 0.1, beta1: 0.75, beta2: 0.875, scale: 2, epsilon: 1e-3, decay: 0.5 },
      });
    },
    exact: (x, g, m, v) => {
      const [first, second] = [0.75 * m + 0.25 * g, 0.875 * v + 0.125 * g * g];
      return [0.5 * x - (0.1 * first) / (2 * Math.sqrt(second) + 1e-3), first, second];
    },
  },
};

interface Shape {
  readonly rows: number;
  readonly columns: number;
  /** The rows with a gradient; all of them, without row numbers, where undefined. */
  readonly numbers?: readonly number[];
}

/** Parameters and what is remembered, before or after a step. */
type Arrays = readonly [Float32Array, Float32Array, Float32Array];

function inputs({ rows, columns, numbers }: Shape): {
  arrays: Arrays;
  gradient: Float32Array<ArrayBuffer>;
} {
  const size = rows * columns;
  const arrays = [
    normal(size, 1, 1),
    normal(size, 2, 1).map(Math.abs),
    normal(size, 3, 1).map(Math.abs),
  ];
  return {
    arrays: arrays as [Float32Array, Float32Array, Float32Array],
    gradient: normal((numbers?.length ?? rows) * columns, 4, 1),
  };
}

function step(method: Method, shape: Shape): Arrays {
  const { arrays, gradient } = inputs(shape);
  const [x, first, second] = arrays.map((array) => ResidentArray.from(array));
  const g = ResidentArray.from(gradient);
  const numbers = shape.numbers && ResidentArray.from(Int32Array.from(shape.numbers));
  try {
    const rows = numbers && { numbers, columns: shape.columns };
    method.run({ parameters: x!, gradient: g, rows }, first!, second!);
    return [x!.toFloat32Array(), first!.toFloat32Array(), second!.toFloat32Array()];
  } finally {
    for (const array of [x, first, second, g, numbers]) array?.dispose();
  }
}

/** Expects rows with a gradient to be near the step in double precision, and all others to have their bits. */
function expectStep(method: Method, shape: Shape, after: Arrays): void {
  const { arrays, gradient } = inputs(shape);
  const { rows, columns, numbers } = shape;
  const expected = arrays.map((array) => Float64Array.from(array));
  const changed = numbers ?? Array.from({ length: rows }, (_, row) => row);
  changed.forEach((row, n) => {
    for (let j = 0; j < columns; j++) {
      const at = row * columns + j;
      const [x, first, second] = arrays;
      const exact = method.exact(x[at]!, gradient[n * columns + j]!, first[at]!, second[at]!);
      exact.forEach((value, k) => {
        expected[k]![at] = value;
      });
    }
  });
  const touched = new Set(changed);
  after.forEach((array, k) => {
    array.forEach((value, at) => {
      const exact = expected[k]![at]!;
      const allowed = touched.has(Math.floor(at / columns)) ? 1e-6 * (1 + Math.abs(exact)) : 0;
      if (!(Math.abs(value - exact) <= allowed))
        expect(value, `array ${k}, number ${at}`).toBe(exact);
    });
  });
}

describe.each(Object.entries(methods))('the step of %s', (_, method) => {
  it('is that of double precision, for rows of any shape', () => {
    const shape = fc
      .record({ rows: fc.integer({ min: 0, max: 12 }), columns: fc.integer({ min: 0, max: 9 }) })
      .chain(({ rows, columns }) =>
        fc.record({
          rows: fc.constant(rows),
          columns: fc.constant(columns),
          numbers: fc.subarray(Array.from({ length: rows }, (_, row) => row)),
        }),
      );
    fc.assert(
      fc.property(shape, fc.boolean(), ({ numbers, ...rest }, sparse) => {
        const shape = sparse ? { ...rest, numbers } : rest;
        expectStep(method, shape, step(method, shape));
      }),
    );
  });

  it.each<Shape>([
    { rows: 1, columns: 70_001 },
    {
      rows: 3001,
      columns: 13,
      numbers: [...new Random(1).permutation(3001)].slice(0, 2000).sort((a, b) => a - b),
    },
    { rows: 9, columns: 20_000, numbers: [0, 3, 8] },
  ])('is the same for any threads, over several chunks', async (shape) => {
    const before = usedBytes();
    await expectSameForAnyThreads(() => fingerprint(step(method, shape)));
    expectStep(method, shape, step(method, shape));
    expect(usedBytes()).toBe(before);
  });
});

describe('steps of optimizers', () => {
  it('hand NaN on, where it is', () => {
    const [parameters, gradient] = [
      Float32Array.of(1, 2, 3, 4, 5),
      Float32Array.of(0, NaN, 0, 0, 1),
    ];
    const [x, g] = [ResidentArray.from(parameters), ResidentArray.from(gradient)];
    descentStep({ parameters: x, gradient: g }, 1);
    expect([...x.toFloat32Array()]).toEqual([1, NaN, 3, 4, 4]);
    x.dispose();
    g.dispose();
  });

  it('refuse lengths that do not fit', () => {
    const run = (sizes: readonly number[], columns?: number) => (): void => {
      const [parameters, gradient, first, numbers] = sizes.map((size) => new ResidentArray(size));
      const rows = columns === undefined ? undefined : { numbers: numbers!, columns };
      try {
        const settings = { rate: 1, epsilon: 1 };
        adagradStep({ parameters: parameters!, gradient: gradient!, rows }, first!, settings);
      } finally {
        for (const array of [parameters, gradient, first, numbers]) array?.dispose();
      }
    };
    expectError(run([6, 5, 6]), 'invalid-argument', 'gradient has 5', '6');
    expectError(run([6, 6, 5]), 'invalid-argument', 'remembered has 5', '6');
    expectError(run([6, 4, 6, 1], 2), 'invalid-argument', 'gradient has 4', '2');
    expectError(run([7, 2, 7, 1], 2), 'invalid-argument', '7 parameters', '2 columns');
  });
});
