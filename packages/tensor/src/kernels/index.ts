import { registerAttentionKernels } from './attention.js';
import { registerLosses } from './losses.js';
import { registerOptimizers } from './optimizers.js';
import { registerSegmentKernels } from './segments.js';
import { registerSparseKernels } from './sparse.js';

/** What adds the kernels of one family of operations to the backend `simd`. */
const families: readonly (() => void)[] = [
  registerOptimizers,
  registerSegmentKernels,
  registerLosses,
  registerAttentionKernels,
  registerSparseKernels,
];

let registered = false;

/** Adds the kernels of this package to the backend `simd`, once. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  for (const register of families) register();
}
