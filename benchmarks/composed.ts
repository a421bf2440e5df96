// Steps composed of operations that run on every device, beside the fused ones of rows S14 to S17: SASRec on 128 sequences of
// 200 random items, 3,416 items, 50 factors, 2 blocks, dropout 0.2; LightGCN on Gowalla, 3 layers, 64 factors, 2,048 pairs.
import { LightGcnTraining, Random, SasRecTraining, type SasRecLoss } from '@tensorec/kernels';
import { Adam } from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';

import { ComposedLightGcn } from './composed/lightgcn.js';
import { ComposedSasRec } from './composed/sasrec.js';
import { binary, gowalla } from './harness/data.js';
import { useDevice } from './harness/device.js';
import { report, startBenchmark, time } from './harness/measure.js';

const sequences = 128;
const length = 200;
const items = 3416;
const factors = 50;

const sasRecs: readonly { name: string; loss: SasRecLoss; negatives: number }[] = [
  { name: 'bce', loss: { kind: 'bce' }, negatives: 1 },
  { name: 'gbce', loss: { kind: 'gbce', t: 0.75 }, negatives: 256 },
  { name: 'softmax', loss: { kind: 'softmax' }, negatives: 0 },
];

const options = await startBenchmark(['simd', 'wasm', 'node']);
for (const device of options.sets) {
  await useDevice(device);
  for (const work of sasRecs) await measureSasRec(device, work);
  await measureLightGcn(device);
}

async function measureSasRec(
  device: string,
  { name, loss, negatives }: (typeof sasRecs)[number],
): Promise<void> {
  const random = new Random(1);
  const rows = (count: number): Int32Array =>
    Int32Array.from({ length: count }, () => random.integer(items));
  const positions = sequences * length;
  const model = new ComposedSasRec(factors, initialSasRec(), {
    ...{ heads: 1, blocks: 2, loss, dropout: 0.2 },
  });
  const batch = {
    inputs: tf.tensor2d(rows(positions), [sequences, length], 'int32'),
    targets: tf.tensor2d(rows(positions), [sequences, length], 'int32'),
    negatives:
      negatives === 0
        ? undefined
        : tf.tensor2d(rows(positions * negatives), [positions, negatives], 'int32'),
  };
  await measure(
    `sasrec ${name} d=${factors}, composed on ${device}`,
    [...model.parameters.values()],
    () => model.loss(batch, random),
  );
  tf.dispose([batch.inputs, batch.targets]);
  batch.negatives?.dispose();
  model.dispose();
}

function initialSasRec(): Readonly<Record<string, Float32Array>> {
  const fused = new SasRecTraining({ items, maxLength: length, factors });
  const { parameters } = fused.state();
  fused.dispose();
  return parameters;
}

async function measureLightGcn(device: string): Promise<void> {
  const [layers, regularization, pairs] = [3, 1e-4, 2048];
  const observed = binary(gowalla().train);
  const fused = new LightGcnTraining(observed, { factors: 64, layers, regularization, seed: 1 });
  const { parameters } = fused.state();
  fused.dispose();
  const start = new Float32Array(parameters.rows.length + parameters.columns.length);
  start.set(parameters.rows);
  start.set(parameters.columns, parameters.rows.length);
  const model = new ComposedLightGcn(observed, tf.tensor2d(start, [start.length / 64, 64]), {
    layers,
    regularization,
  });
  const random = new Random(2);
  const columns = (): Int32Array =>
    Int32Array.from({ length: pairs }, () => random.integer(observed.columns));
  const rows = Int32Array.from({ length: pairs }, () => random.integer(observed.rows));
  const batch = { rows, positives: columns(), negatives: columns() };
  await measure(`lightgcn gowalla, composed on ${device}`, [model.parameters], () =>
    model.loss(batch),
  );
  model.dispose();
}

/** Whole steps: loss, gradients and Adam. */
async function measure(
  name: string,
  variables: readonly tf.Variable[],
  loss: () => tf.Scalar,
): Promise<void> {
  const optimizer = new Adam();
  const losses: number[] = [];
  const timing = await time(options.repeats, () => {
    const value = optimizer.minimize(loss, { tables: {}, variables });
    losses.push(value.dataSync()[0]!);
    value.dispose();
  });
  report(name, options, timing, { quality: { loss: losses[0]! } });
  optimizer.dispose();
}
