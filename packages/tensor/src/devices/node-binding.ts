import { TensorecError } from '@tensorec/kernels';
import * as tf from '@tensorflow/tfjs';
import { importOptional } from './optional-package.js';
import { isRegistered, startBackend } from './start-backend.js';

/** The name that both packages register their backend under. */
export const NODE_BACKEND = 'tensorflow';
const CPU_PACKAGE = '@tensorflow/tfjs-node';
const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';

/**
 * Loads TensorFlow's C library and computes with it. One of both packages fits into a process: where one is loaded
 * already it is what is used.
 *
 * @returns the version of the library
 * @throws TensorecError `unsupported` when it cannot be loaded, or does not compute where it should.
 */
export async function startNodeBackend(on: 'cpu' | 'gpu'): Promise<string | undefined> {
  const name = on === 'gpu' ? GPU_PACKAGE : CPU_PACKAGE;
  restoreRemovedUtility(name);
  if (!isRegistered(NODE_BACKEND)) await importOptional(name);
  await startBackend(NODE_BACKEND);
  const { usesGpu, isGpuPackage, version } = nodeBackend();
  if (on === 'cpu' && usesGpu) {
    throw new TensorecError(
      'unsupported',
      `${GPU_PACKAGE} is loaded in this process and computes on a GPU; start one that does not load it.`,
    );
  }
  if (on === 'gpu' && !usesGpu) {
    throw new TensorecError(
      'unsupported',
      isGpuPackage
        ? `${GPU_PACKAGE} found no GPU; it needs one of NVIDIA with CUDA and cuDNN.`
        : `${CPU_PACKAGE} is loaded in this process already; start one that loads ${GPU_PACKAGE} alone.`,
    );
  }
  return version;
}

/** Whether the current backend, which is that of one of both packages, computes on a GPU. */
export function nodeBackendUsesGpu(): boolean {
  return nodeBackend().usesGpu;
}

function nodeBackend(): { usesGpu: boolean; isGpuPackage: boolean; version: string | undefined } {
  const backend: object = tf.backend();
  const binding: unknown = Reflect.get(backend, 'binding');
  const version: unknown =
    typeof binding === 'object' && binding !== null
      ? Reflect.get(binding, 'TF_Version')
      : undefined;
  return {
    usesGpu: Reflect.get(backend, 'isUsingGpuDevice') === true,
    isGpuPackage: Reflect.get(backend, 'isGPUPackage') === true,
    version: typeof version === 'string' ? version : undefined,
  };
}

interface NodeUtilities {
  isNullOrUndefined?: (value: unknown) => boolean;
}

/** Puts a function back that both packages call and that Node 23 removed. */
function restoreRemovedUtility(name: string): void {
  const host = globalThis as {
    process?: { getBuiltinModule?(name: 'node:util'): NodeUtilities | undefined };
  };
  const util = host.process?.getBuiltinModule?.('node:util');
  if (util === undefined) {
    throw new TensorecError('unsupported', `${name} runs in Node alone, from version 20.16 on.`);
  }
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
