export * from './best.js';
export * from './evaluate-models.js';
export * from './finished-run.js';
export * from './html.js';
export type { PreparedData } from './prepared-data.js';
export * from './report.js';
export { runExperiment, type ExperimentOptions, type PerUserResult } from './run.js';
export * from './schema.js';
export * from './summary.js';
