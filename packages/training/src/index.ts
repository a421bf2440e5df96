export type { Awaitable, NamedArrays, NumberArray } from './arrays.js';
export {
  batchesOf,
  mapBatches,
  type BatchChange,
  type Batches,
  type BatchOptions,
  type Examples,
} from './batches/batches.js';
export * from './batches/pairs.js';
export type { Identity } from './identity.js';
export * from './trainer/checkpoint-store.js';
export * from './trainer/events.js';
export * from './trainer/options.js';
export * from './trainer/train.js';
export * from './trainer/training-step.js';
export type { Validation } from './trainer/validation.js';
export { EventReader, type TrainingLog, type TrainingLogOptions } from './trainer/event-reader.js';
export * from './batches/features.js';
export * from './batches/left-padded.js';
export * from './batches/sequences.js';
export * from './batches/with-negatives.js';
export * from './samplers/hard.js';
export * from './samplers/in-batch.js';
export * from './samplers/popularity.js';
export type { NegativeSampler, ProposalSampler, SamplerOptions } from './samplers/sampler.js';
export * from './samplers/uniform.js';
