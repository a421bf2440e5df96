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
    name: 'add 10',
    calls: 2000,
    prepare: () => {
      const x = tf.randomNormal([10]);
      return () => x.add(x);
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

tf.env().set('IS_TEST', true);
await ready();
console.log(`${describeMachine()}; milliseconds, fastest / median`);
console.log(['', ...backends].join(' | '));
for (const workload of workloads) {
  const cells: string[] = [];
  for (const backend of backends) {
    await tf.setBackend(backend);
    cells.push(measure(workload, 30_000));
    tf.disposeVariables();
  }
  console.log([workload.name, ...cells].join(' | '));
}
process.exit(0);
