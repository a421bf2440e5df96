export * from './bootstrap.js';
export * from './effect-size.js';
export * from './holm.js';
export * from './permutation.js';
export * from './wilcoxon.js';
