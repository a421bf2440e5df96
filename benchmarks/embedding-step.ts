// One training step of an embedding table, row-sparse, by its number of rows; and one step of Adam on dense gradients beside
// tfjs' own. Prints the tables of the README of packages/tensor: the fastest and the median step, in milliseconds.
import * as tf from '@tensorflow/tfjs';
import { Random } from '@tensorec/kernels';
import { Adam, initializers, useDevice } from '@tensorec/tensor';
import { describeMachine } from '../scripts/sources.js';

const COLUMNS = 64;
const BATCH = 4096;

/** Milliseconds of a call, fastest and median; the first two are not counted. */
function measure(calls: number, call: () => void): string {
  const times: number[] = [];
  for (let n = -2; n < calls; n++) {
    const start = performance.now();
    call();
    if (n >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return `${digits(times[0]!)} / ${digits(times[times.length >> 1]!)}`;
}

/** Gather, squared error, gradient and Adam for a batch of random rows. */
function embeddingStep(rows: number): string {
  const random = new Random(1);
  const initial = initializers.normal()<tf.Rank.R2>([rows, COLUMNS], random);
  const table = tf.variable(initial);
  initial.dispose();
  const target = initializers.normal()<tf.Rank.R2>([BATCH, COLUMNS], random);
  const indices = Int32Array.from({ length: BATCH }, () => random.integer(rows));
  const optimizer = new Adam();
  const time = measure(30, () => {
    const loss = optimizer.minimize(
      ({ items }) => items.lookup().sub(target).square().sum().asScalar(),
      { tables: { items: { table, indices } } },
    );
    loss.dispose();
  });
  optimizer.dispose();
  tf.dispose([table, target]);
  return time;
}

/** Steps of Adam on as many numbers, by both libraries. */
function denseSteps(size: number): readonly string[] {
  const variable = tf.variable(tf.zeros([size]));
  const gradient = initializers.normal()([size], new Random(1));
  const ours = new Adam();
  const gradients = { variables: { all: { variable, gradient } }, tables: {} };
  const fused = measure(50, () => {
    ours.apply(gradients);
  });
  ours.dispose();
  const theirs = tf.train.adam(0.001);
  const composed = measure(50, () => {
    theirs.applyGradients([{ name: variable.name, tensor: gradient }]);
  });
  theirs.dispose();
  tf.dispose([variable, gradient]);
  return [fused, composed];
}

tf.env().set('IS_TEST', true);
const { name } = await useDevice('simd');
console.log(`${describeMachine()}; ${name}; milliseconds, fastest / median`);
console.log(`| rows of ${COLUMNS} numbers, batch ${BATCH} | step |`);
for (const rows of [10_000, 100_000, 1_000_000])
  console.log(`| ${rows} | ${embeddingStep(rows)} |`);
console.log('| Adam, dense | tensor | tfjs |');
console.log(`| 1000000 numbers | ${denseSteps(1_000_000).join(' | ')} |`);
process.exit(0);
