// Row S19: the seconds of a training step of an embedding table by its number of rows: 4,096 of them looked up, the loss,
// gradients, and row-sparse Adam; 64 numbers a row. And one step of Adam on a million dense gradients beside tfjs' own.
import { Random } from '@tensorec/kernels';
import { Adam, initializers } from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';

import { useDevice } from './harness/device.js';
import { report, startBenchmark, time } from './harness/measure.js';

const columns = 64;
const batch = 4096;
const numbers = 1_000_000;

const options = await startBenchmark(['10000', '100000', '1000000', 'dense']);
await useDevice('simd');
for (const set of options.sets) {
  if (set === 'dense') await measureDense();
  else await measureTable(Number(set));
}

async function measureTable(rows: number): Promise<void> {
  const random = new Random(1);
  const initial = initializers.normal()<tf.Rank.R2>([rows, columns], random);
  const table = tf.variable(initial);
  const target = initializers.normal()<tf.Rank.R2>([batch, columns], random);
  const indices = Int32Array.from({ length: batch }, () => random.integer(rows));
  const optimizer = new Adam();
  const timing = await time(10 * options.repeats, () => {
    const loss = optimizer.minimize(
      ({ items }) => items.lookup().sub(target).square().mean().asScalar(),
      { tables: { items: { table, indices } } },
    );
    loss.dispose();
  });
  report(`embedding step, ${rows} rows`, options, timing);
  optimizer.dispose();
  tf.dispose([initial, table, target]);
}

async function measureDense(): Promise<void> {
  const variable = tf.variable(tf.zeros([numbers]));
  const gradient = initializers.normal()([numbers], new Random(1));
  const ours = new Adam();
  const gradients = { variables: { all: { variable, gradient } }, tables: {} };
  const fused = await time(10 * options.repeats, () => {
    ours.apply(gradients);
  });
  report(`Adam, ${numbers} numbers`, options, fused);
  ours.dispose();
  const theirs = tf.train.adam(0.001);
  const composed = await time(10 * options.repeats, () => {
    theirs.applyGradients([{ name: variable.name, tensor: gradient }]);
  });
  report(`Adam of tfjs on simd, ${numbers} numbers`, options, composed);
  theirs.dispose();
  tf.dispose([variable, gradient]);
}
