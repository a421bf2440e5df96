import { TensorecError } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { ready } from '../ready.js';
import type { DeviceName } from './device-names.js';
import { NODE_BACKEND, nodeBackendUsesGpu, startNodeBackend } from './node-binding.js';
import { importOptional, textOf } from './optional-package.js';
import { isRegistered, startBackend } from './start-backend.js';

/**
 * Makes a device the current one.
 *
 * @returns the version of what computes there, where it tells
 * @throws TensorecError `unsupported` when it is not available; another device may be current then.
 */
export async function openDevice(name: DeviceName): Promise<string | undefined> {
  switch (name) {
    case 'simd':
      await ready();
      await startBackend('simd');
      return undefined;
    case 'cpu':
      await startBackend('cpu');
      return tf.version_core;
    case 'wasm':
      return openPackage('wasm', '@tensorflow/tfjs-backend-wasm');
    case 'webgpu':
      requireWebGpu();
      return openPackage('webgpu', '@tensorflow/tfjs-backend-webgpu');
    case 'node':
      return startNodeBackend('cpu');
    case 'node-gpu':
      return startNodeBackend('gpu');
  }
}

/** The device that is the current backend of tfjs; undefined for a backend that is none of ours. */
export function currentDevice(): DeviceName | undefined {
  const backend = tf.getBackend();
  if (backend === NODE_BACKEND) return nodeBackendUsesGpu() ? 'node-gpu' : 'node';
  const known = ['simd', 'wasm', 'cpu', 'webgpu'] as const;
  return known.find((name) => name === backend);
}

/** Backends of packages that programs may also import themselves. */
async function openPackage(backend: string, name: string): Promise<string | undefined> {
  const module = await importOptional(name).catch((error: unknown) => {
    if (!isRegistered(backend)) throw error;
    return undefined;
  });
  await startBackend(backend);
  return textOf(module, `version_${backend}`);
}

function requireWebGpu(): void {
  const { navigator } = globalThis as { navigator?: { gpu?: unknown } };
  if (navigator?.gpu !== undefined) return;
  throw new TensorecError(
    'unsupported',
    'There is no WebGPU here: navigator.gpu is missing. Browsers have it on secure pages.',
  );
}
