export * from './classification.js';
export * from './parse.js';
export * from './ranking.js';
export * from './rating.js';
export * from './registry.js';
export * from './statistics/index.js';
