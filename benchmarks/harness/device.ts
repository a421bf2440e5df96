import { useDevice as useDeviceOfTensor, type DeviceName } from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';
import { loadOptionalDevice } from '../../tools/optional-devices.js';

/** Devices that benchmarks run on. */
export type TimedDevice = Extract<DeviceName, 'simd' | 'wasm' | 'node'>;

/**
 * Makes a device the current one, without what tfjs checks and counts for those who look for errors. One that is not here
 * is told on standard error.
 *
 * @returns whether it is here
 */
export async function useDevice(name: TimedDevice): Promise<boolean> {
  tf.env().set('PROD', true);
  const missing = name === 'node' ? loadOptionalDevice(name) : undefined;
  if (missing !== undefined) {
    console.error(
      `  ${name} is not timed: ${missing}; it names a folder whose node_modules has @tensorflow/tfjs-node.`,
    );
    return false;
  }
  await useDeviceOfTensor(name);
  return true;
}
