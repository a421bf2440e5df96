export { evaluate } from './evaluate.js';
export type { Evaluation, PerItem, PerUser, Protocol, RatingSums } from './evaluation.js';
export type { EvaluateOptions, EvaluationTask, SampledCandidates } from './options.js';
