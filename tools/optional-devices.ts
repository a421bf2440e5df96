import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where the packages of devices lie that a checkout does not install: a folder with `node_modules`, by a variable. */
const optionalDevices = { node: 'TENSOREC_TFJS_NODE', webgpu: 'TENSOREC_WEBGPU' } as const;

export type OptionalDevice = keyof typeof optionalDevices;

/**
 * Loads the packages of a device out of the folder that its variable names, so that `useDevice` finds its backend.
 *
 * @returns why it is not here, or undefined
 */
export function loadOptionalDevice(name: OptionalDevice): string | undefined {
  const variable = optionalDevices[name];
  const folder = process.env[variable] ?? '';
  if (folder === '') return `${variable} is not set`;
  const require = createRequire(join(folder, 'package.json'));
  for (const shared of ['@tensorflow/tfjs', '@tensorflow/tfjs-core']) shareModule(shared, require);
  if (name === 'node') require('@tensorflow/tfjs-node');
  else loadWebGpu(require);
  return undefined;
}

/** Makes packages in a folder get our copy of a module: two copies of tfjs do not know each other's classes. */
function shareModule(name: string, theirs: NodeJS.Require): void {
  const ours = createRequire(import.meta.resolve('@tensorflow/tfjs'));
  ours(name);
  theirs.cache[theirs.resolve(name)] = ours.cache[ours.resolve(name)];
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
