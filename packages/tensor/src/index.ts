export { ready } from './ready.js';
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
