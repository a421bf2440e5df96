export { ready } from './ready.js';
export { dropout } from './dropout.js';
export { gelu } from './gelu.js';
export {
  disposeGradients,
  type DenseGradient,
  type Gradients,
  type RowGradient,
} from './gradients.js';
export {
  sparseValueAndGrads,
  type Leaves,
  type RowsOfTables,
  type TableUses,
  type ValueAndGradients,
} from './sparse-value-and-grads.js';
export type { RowNumbers, TableRows, TableUse } from './table-rows.js';
export type { Schedule } from './schedules.js';
export { Adam, type AdamOptions } from './optimizers/adam.js';
export { Optimizer } from './optimizers/optimizer.js';
export type { OptimizerState } from './optimizers/state.js';
export type { StepRule } from './optimizers/update.js';
export { Adagrad, type AdagradOptions } from './optimizers/adagrad.js';
export { AdamW, type AdamWOptions } from './optimizers/adamw.js';
export { Momentum, type MomentumOptions } from './optimizers/momentum.js';
export { Sgd, type SgdOptions } from './optimizers/sgd.js';
export { embedding } from './embedding.js';
export { segmentMax, segmentMean, segmentSoftmax, segmentSum } from './segments.js';
export { binaryCrossEntropy } from './losses/binary-cross-entropy.js';
export { bpr } from './losses/bpr.js';
export { generalizedBce, type Calibration } from './losses/generalized-bce.js';
export type { PositionOptions } from './losses/pair-loss.js';
export { sampledBce, sampledBpr, sampledGeneralizedBce } from './losses/sampled-pairs.js';
export { sampledSoftmax, type SampledSoftmaxOptions } from './losses/sampled-softmax.js';
export { SparseMatrix, sparseMatMul } from './sparse-matrix.js';
export type { Normalization } from './sparse-changes.js';
export { clipByGlobalNorm, clipByValue, type ClippedGradients } from './clip.js';
export * as schedules from './schedules.js';
export {
  reduceOnPlateau,
  type PlateauOptions,
  type PlateauSchedule,
  type PlateauState,
} from './plateau.js';
export * as initializers from './initializers.js';
export type { Initializer } from './initializers.js';
export { catalogueSoftmax, type CatalogueSoftmaxOptions } from './losses/catalogue-softmax.js';
export { infoNCE, type InfoNceOptions } from './losses/info-nce.js';
export { scaledDotProductAttention, type AttentionOptions } from './attention.js';
export {
  device,
  listDevices,
  useDevice,
  type AvailableDevice,
  type DeviceStatus,
  type MissingDevice,
  type UsedDevice,
} from './devices/devices.js';
export type { DeviceName } from './devices/device-names.js';
export { layerNorm } from './layer-norm.js';
export { topK, type TopK, type TopKOptions } from './top-k.js';
