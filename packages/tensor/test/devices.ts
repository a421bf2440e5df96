import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { useDevice } from '../src/index.js';

export type TestedDevice = 'simd' | 'wasm' | 'cpu' | 'node' | 'webgpu';

/** Devices that every operation is tested on, and why some are not here. */
const devices: { readonly name: TestedDevice; readonly missing?: string }[] = [
  { name: 'simd' },
  { name: 'wasm' },
  { name: 'cpu' },
  await given('node', 'TENSOREC_TFJS_NODE', loadNode),
  await given('webgpu', 'TENSOREC_WEBGPU', loadWebGpu),
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

/** Loads the packages of a device out of a folder. */
async function given(
  name: TestedDevice,
  variable: string,
  load: (require: NodeJS.Require) => unknown,
): Promise<{ name: TestedDevice; missing?: string }> {
  const folder = process.env[variable] ?? '';
  if (folder === '') return { name, missing: `${variable} is not set` };
  tf.env().set('IS_TEST', true);
  const require = createRequire(join(folder, 'package.json'));
  for (const shared of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) shareModule(shared, require);
  await load(require);
  return { name };
}

/** Makes packages in a folder get our copy of a module: two copies of tfjs do not know each other's classes. */
function shareModule(name: string, theirs: NodeJS.Require): void {
  const ours = createRequire(import.meta.resolve('@tensorflow/tfjs'));
  ours(name);
  theirs.cache[theirs.resolve(name)] = ours.cache[ours.resolve(name)];
}

/** `npm install --ignore-scripts @tensorflow/tfjs-node` and its binding. */
function loadNode(require: NodeJS.Require): void {
  require('@tensorflow/tfjs-node');
}

/** `npm install webgpu @tensorflow/tfjs-backend-webgpu`; without a GPU, VK_DRIVER_FILES names a software driver. */
function loadWebGpu(require: NodeJS.Require): void {
  const { create, globals } = require('webgpu') as {
    create: (flags: readonly string[]) => unknown;
    globals: object;
  };
  Object.assign(globalThis, globals);
  const host = globalThis as { navigator?: object };
  host.navigator ??= {};
  Object.defineProperty(host.navigator, 'gpu', { value: create([]) });
  require('@tensorflow/tfjs-backend-webgpu');
}
