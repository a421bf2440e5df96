// The program that every runtime runs: trains a small dense model on the backend simd; the same loss to the bit.
import { ready } from '@tensorec/tfjs-backend-simd';
import { engineStatus } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';

const ROWS = 256;
const FEATURES = 40;

export async function probe() {
  await ready();
  await tf.setBackend('simd');
  const { threads } = engineStatus();
  return { threads, backend: tf.getBackend(), loss: await train() };
}

/** The loss of the last of some steps of Adam. */
async function train() {
  const layer = (units, activation, seed) =>
    tf.layers.dense({
      units,
      activation,
      inputShape: [FEATURES],
      kernelInitializer: tf.initializers.glorotUniform({ seed }),
    });
  const model = tf.sequential({
    layers: [layer(300, 'relu', 1), layer(50, 'tanh', 2), layer(5, 'softmax', 3)],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
  const features = Float32Array.from(
    { length: ROWS * FEATURES },
    (_, i) => ((i * 37) % 101) / 50 - 1,
  );
  const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * 7) % 5);
  const inputs = tf.tensor2d(features, [ROWS, FEATURES]);
  const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), 5).toFloat();
  let loss = NaN;
  for (let step = 0; step < 30; step++) loss = await model.trainOnBatch(inputs, targets);
  return loss;
}
