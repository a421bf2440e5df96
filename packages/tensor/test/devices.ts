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
      tf.env().set('IS_TEST', true);
      await ready();
      await tf.setBackend(device);
    });
    body(device);
  });
}
