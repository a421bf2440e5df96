// The backend simd beside tfjs' own backends cpu and wasm, in one process. Prints the table of the README of
// packages/tfjs-backend-simd: the fastest and the median call, in milliseconds.
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { ready } from '@tensorec/tfjs-backend-simd';
import { describeMachine } from '../scripts/sources.js';

/** What is measured: `prepare` makes the tensors and returns the call. */
interface Workload {
  readonly name: string;
  readonly calls: number;
  readonly prepare: () => () => unknown;
}

const backends = ['cpu', 'wasm', 'simd'] as const;

function product(
  name: string,
  rows: number,
  depth: number,
  columns: number,
  transpose: boolean,
): Workload {
  return {
    name,
    calls: 15,
    prepare: () => {
      const left = tf.randomNormal([rows, depth]);
      const right = tf.randomNormal(transpose ? [columns, depth] : [depth, columns]);
      return () => left.matMul(right, false, transpose);
    },
  };
}

/** A step of Adam that brings the outputs of a model nearer to targets. */
function trainingStep(model: tf.LayersModel, input: number[], target: number[]): () => void {
  const [x, y] = [tf.randomNormal(input), tf.randomNormal(target)];
  const optimizer = tf.train.adam(0.01);
  return () => {
    optimizer.minimize(() =>
      tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor),
    );
  };
}

const workloads: readonly Workload[] = [
  product('matMul 256×64 · (20,000×64)ᵀ', 256, 64, 20_000, true),
  product('matMul 512×512 · 512×512', 512, 512, 512, false),
  product('matMul 8×8 · 8×8', 8, 8, 8, false),
  {
    name: 'softmax 4,096×1,000',
    calls: 15,
    prepare: () => {
      const logits = tf.randomNormal([4096, 1000]);
      return () => logits.softmax();
    },
  },
  {
    name: 'add, 10 numbers',
    calls: 2000,
    prepare: () => {
      const x = tf.randomNormal([10]);
      return () => x.add(x);
    },
  },
  {
    name: 'matMul of 128 pairs, 200×50 · (200×50)ᵀ',
    calls: 15,
    prepare: () => {
      const [queries, keys] = [tf.randomNormal([128, 200, 50]), tf.randomNormal([128, 200, 50])];
      return () => queries.matMul(keys, false, true);
    },
  },
  {
    name: 'Adam step, dense 128-256-128-10, batch 256',
    calls: 30,
    prepare: () => {
      const units = [256, 128, 10];
      const layers = units.map((count, n) =>
        tf.layers.dense({
          units: count,
          activation: 'relu',
          ...(n === 0 ? { inputShape: [128] } : {}),
        }),
      );
      return trainingStep(tf.sequential({ layers }), [256, 128], [256, 10]);
    },
  },
  {
    name: 'Adam step, LSTM of 64 units, 20 steps × 16, batch 64',
    calls: 15,
    prepare: () => {
      const recurrentInitializer = tf.initializers.glorotUniform({});
      const options = { units: 64, inputShape: [20, 16], recurrentInitializer };
      const layers = [tf.layers.lstm(options), tf.layers.dense({ units: 1 })];
      return trainingStep(tf.sequential({ layers }), [64, 20, 16], [64, 1]);
    },
  },
  {
    name: 'Adam step, embedding 20,000×64, batch 256',
    calls: 8,
    prepare: () => {
      const table = tf.variable(tf.randomNormal([20_000, 64]));
      const rows = tf.randomUniform([256], 0, 20_000, 'int32').toInt() as tf.Tensor1D;
      const optimizer = tf.train.adam(0.01);
      return () => {
        optimizer.minimize(() => tf.gather(table, rows).square().sum().asScalar());
      };
    },
  },
];

/** Milliseconds of a call, fastest and median; undefined where the backend lacks a kernel. */
function measure({ calls, prepare }: Workload, limit: number): string {
  const times: number[] = [];
  try {
    const call = prepare();
    const begun = performance.now();
    while (times.length < calls && (times.length === 0 || performance.now() - begun < limit)) {
      const start = performance.now();
      tf.tidy(() => {
        call();
      });
      times.push(performance.now() - start);
    }
  } catch (error) {
    if (error instanceof Error && error.message.includes('not registered')) return 'no kernel';
    throw error;
  }
  times.sort((a, b) => a - b);
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return `${digits(times[0]!)} / ${digits(times[times.length >> 1]!)}`;
}

await ready();
console.log(`${describeMachine()}; milliseconds, fastest / median`);
console.log(['', ...backends].join(' | '));
for (const workload of workloads) {
  const cells: string[] = [];
  for (const backend of backends) {
    await tf.setBackend(backend);
    cells.push(measure(workload, 10_000));
    tf.disposeVariables();
  }
  console.log([workload.name, ...cells].join(' | '));
}
process.exit(0);
