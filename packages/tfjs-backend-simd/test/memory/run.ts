// Trains a small model on the backend simd, as many steps as the argument says and again and again, and prints what is held
// after each part but the first: tensors, their bytes, bytes of the memory of the kernels, bytes of the heap. Needs --expose-gc.
import { engineStatus } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { ready } from '../../src/index.js';

/** What a process holds. */
export interface Held {
  readonly numTensors: number;
  readonly numBytes: number;
  readonly kernelBytes: number;
  readonly heapBytes: number;
}

async function held(): Promise<Held> {
  for (let turn = 0; turn < 2; turn++) {
    // What was registered for collection is forgotten in a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 10));
    globalThis.gc!();
  }
  const { numTensors, numBytes } = tf.memory();
  const kernelBytes = engineStatus()!.usedBytes;
  return { numTensors, numBytes, kernelBytes, heapBytes: process.memoryUsage().heapUsed };
}

async function run(steps: number): Promise<void> {
  await ready();
  await tf.setBackend('simd');
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const [x, y] = [tf.randomNormal([16, 4]), tf.randomNormal([16, 1])];
  const after: Held[] = [];
  // The first steps make the state of the optimizer, and what the engine compiles goes on for a while.
  for (let part = 0; part < 5; part++) {
    for (let step = 0; step < steps; step++) await model.trainOnBatch(x, y);
    after.push(await held());
  }
  console.log(JSON.stringify(after.slice(1)));
}

run(Number(process.argv[2])).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
