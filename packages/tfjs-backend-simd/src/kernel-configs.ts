import '@tensorflow/tfjs-backend-cpu';
import { getKernelsForBackend, type KernelConfig } from '@tensorflow/tfjs-core';
import type { OwnKernel } from './kernel.js';
import { batchNormKernel } from './kernels/batch-norm.js';
import { addManyKernel, combineKernels } from './kernels/combine.js';
import { concatKernels } from './kernels/concat.js';
import { fillKernels, padKernel, tileKernel } from './kernels/fill.js';
import { gatherKernel } from './kernels/gather.js';
import { mapKernels } from './kernels/map.js';
import { matrixProductKernels } from './kernels/matrix-product.js';
import { powerKernel } from './kernels/power.js';
import { reduceKernels } from './kernels/reduce.js';
import { segmentSumKernel } from './kernels/segment-sum.js';
import { selectKernel } from './kernels/select.js';
import { sliceKernels } from './kernels/slice.js';
import { softmaxKernel } from './kernels/softmax.js';
import { transposeKernel } from './kernels/transpose.js';

/** Kernels of this package; each takes the place of the one that is borrowed under its name. */
const own = (): readonly OwnKernel[] => [
  ...mapKernels(),
  ...combineKernels(),
  ...matrixProductKernels(),
  ...reduceKernels(),
  softmaxKernel(),
  gatherKernel(),
  segmentSumKernel(),
  transposeKernel(),
  ...sliceKernels(),
  ...concatKernels(),
  ...fillKernels(),
  tileKernel(),
  padKernel(),
  selectKernel(),
  powerKernel(),
  addManyKernel(),
  batchNormKernel(),
];

/** All kernels of the backend: its own, and those of the backend `cpu` for what it has none for. */
export function kernelConfigs(backendName: string): readonly KernelConfig[] {
  const byName = new Map<string, OwnKernel>();
  for (const config of [...getKernelsForBackend('cpu'), ...own()]) {
    byName.set(config.kernelName, config);
  }
  return [...byName.values()].map((config) => ({ ...config, backendName }));
}
