import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, it } from 'vitest';
import { loadOptionalDevice, type OptionalDevice } from '../../../tools/optional-devices.js';
import { useDevice } from '../src/index.js';

export type TestedDevice = 'simd' | 'wasm' | 'cpu' | 'node' | 'webgpu';

/** Devices that every operation is tested on, and why some are not here. */
const devices: { readonly name: TestedDevice; readonly missing?: string }[] = [
  { name: 'simd' },
  { name: 'wasm' },
  { name: 'cpu' },
  given('node'),
  given('webgpu'),
];

/** Those that are here. */
export const testedDevices: readonly TestedDevice[] = devices
  .filter(({ missing }) => missing === undefined)
  .map(({ name }) => name);

/**
 * Runs tests once for each device, which is the current one meanwhile. `node` and `webgpu` are tested where a variable of
 * the environment names a folder whose `node_modules` has their packages; else their tests are one skip that says so.
 */
export function describeOnDevices(name: string, body: (device: TestedDevice) => void): void {
  for (const { name: device, missing } of devices) {
    describe(`${name} on ${device}`, () => {
      if (missing !== undefined) {
        it(`runs there`, (context) => {
          context.skip(missing);
        });
        return;
      }
      beforeAll(async () => {
        // Silences a notice of the backend cpu, and makes tfjs look for leaks: it takes the copies that the backend wasm makes
        // of saved tensors for one.
        tf.env().set('IS_TEST', device !== 'wasm');
        await useDevice(device);
      });
      body(device);
    });
  }
}

/** A device whose packages may not be here. */
function given(name: OptionalDevice): { name: TestedDevice; missing?: string } {
  tf.env().set('IS_TEST', true);
  const missing = loadOptionalDevice(name);
  return missing === undefined ? { name } : { name, missing };
}
