import { useDevice as useDeviceOfTensor, type DeviceName } from '@tensorec/tensor';
import * as tf from '@tensorflow/tfjs';
import { loadOptionalDevice } from '../../tools/optional-devices.js';

/** Devices that benchmarks run on. */
export type TimedDevice = Extract<DeviceName, 'simd' | 'wasm' | 'node'>;

/** Makes a device the current one, without what tfjs checks and counts for those who look for errors. */
export async function useDevice(name: TimedDevice): Promise<void> {
  tf.env().set('PROD', true);
  const missing = name === 'node' ? loadOptionalDevice(name) : undefined;
  if (missing !== undefined) {
    throw new Error(`${missing}; it names a folder whose node_modules has @tensorflow/tfjs-node.`);
  }
  await useDeviceOfTensor(name);
}
