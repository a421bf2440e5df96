export * from './best.js';
export * from './html/index.js';
export * from './report.js';
export * from './run.js';
export * from './schema.js';
export * from './summary.js';
