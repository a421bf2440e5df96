export * from './calibration.js';
export * from './classification.js';
export * from './coverage.js';
export * from './diversity.js';
export * from './gap.js';
export { itemSets, type ItemSets } from './item-sets.js';
export * from './list-registry.js';
export type { ItemList } from './lists.js';
export * from './parse.js';
export * from './popularity.js';
export * from './ranking.js';
export * from './rating.js';
export * from './registry.js';
<<<<<<< HEAD
export * from './statistics/index.js';
=======
export * from './serendipity.js';
>>>>>>> h-experiment
