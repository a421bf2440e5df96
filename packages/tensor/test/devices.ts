import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe } from 'vitest';
import { ready } from '../src/index.js';

/** Devices that every operation is tested on, with the relative precision that they promise. */
const devices = ['simd', 'wasm', 'cpu'] as const;

export type TestedDevice = (typeof devices)[number];

/** Runs tests once for each device, which is the current one meanwhile. */
export function describeOnDevices(name: string, body: (device: TestedDevice) => void): void {
  describe.each(devices)(`${name} on %s`, (device) => {
    beforeAll(async () => {
      // Silences a notice of the backend cpu, and makes tfjs look for leaks: it takes the copies that the backend wasm makes
      // of saved tensors for one.
      tf.env().set('IS_TEST', device !== 'wasm');
      await ready();
      await tf.setBackend(device);
    });
    body(device);
  });
}
