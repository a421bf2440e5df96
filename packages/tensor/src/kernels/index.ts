import { registerAttentionKernels } from './attention.js';
import { registerGeluKernels } from './gelu.js';
import { registerLayerNormKernels } from './layer-norm.js';
import { registerLosses } from './losses.js';
import { registerOptimizers } from './optimizers.js';
import { registerSegmentKernels } from './segments.js';
import { registerSparseKernels } from './sparse.js';
import { registerTopKKernels } from './top-k.js';

/** What adds the kernels of one family of operations to the backend `simd`. */
const families: readonly (() => void)[] = [
  registerOptimizers,
  registerAttentionKernels,
  registerGeluKernels,
  registerLayerNormKernels,
  registerSegmentKernels,
  registerLosses,
  registerSparseKernels,
  registerTopKKernels,
];

let registered = false;

/** Adds the kernels of this package to the backend `simd`, once. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  for (const register of families) register();
}
