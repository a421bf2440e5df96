export * from './best.js';
export * from './finished-run.js';
export * from './html.js';
export type { PreparedData } from './prepared-data.js';
export * from './report.js';
export * from './run.js';
export * from './schema.js';
export * from './summary.js';
