export { evaluate } from './evaluate.js';
export type { Evaluation, PerUser, Protocol } from './evaluation.js';
export type { EvaluateOptions, EvaluationTask, SampledCandidates } from './options.js';
