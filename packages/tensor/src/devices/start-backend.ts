import { TensorecError } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';

/** @throws TensorecError `unsupported` when a registered backend of tfjs does not start. */
export async function startBackend(name: string): Promise<void> {
  if (await tf.setBackend(name)) return;
  throw new TensorecError(
    'unsupported',
    `The backend ${name} of TensorFlow.js did not start; its warning on the console says why.`,
  );
}

/** Whether tfjs knows a backend; it need not have started. */
export function isRegistered(name: string): boolean {
  return name in tf.engine().registryFactory;
}
