export { ready } from './ready.js';
export { gelu } from './gelu.js';
export { embedding } from './embedding.js';
export { segmentMax, segmentMean, segmentSoftmax, segmentSum } from './segments.js';
export { SparseMatrix, sparseMatMul } from './sparse-matrix.js';
export type { Normalization } from './sparse-changes.js';
export { scaledDotProductAttention, type AttentionOptions } from './attention.js';
export { layerNorm } from './layer-norm.js';
export { topK, type TopK, type TopKOptions } from './top-k.js';
