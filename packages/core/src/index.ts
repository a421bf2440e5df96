export {
  isTensorecError,
  TensorecError,
  type Csr,
  type ErrorCode,
  type ReadonlyFloat32Array,
  type ReadonlyFloat64Array,
  type ReadonlyInt32Array,
  type ReadonlyNumbers,
  type Steps,
} from '@tensorec/kernels';
export * from './artifact/artifact.js';
export * from './artifact/safetensors.js';
export * from './artifact/state.js';
export { BaseModel, requireItem } from './base-model.js';
export * from './capabilities.js';
export * from './descriptor.js';
export * from './directions.js';
export * from './factor-model.js';
export * from './features.js';
export * from './fit-run.js';
export { FoldingModel, selectRows } from './folding-model.js';
export * from './interactions.js';
export * from './matrix-rows.js';
export * from './nearest.js';
export * from './pipeline.js';
export * from './progress.js';
export { longestProductList, productsOf, type FactorProducts } from './ranking.js';
export * from './recommendations.js';
export * from './recommender.js';
export * from './requests.js';
export * from './schema.js';
export * from './search-space.js';
export * from './split.js';
export * from './training-record.js';
export * from './version.js';
export * from './vocabulary.js';
