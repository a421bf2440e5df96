export * from './checkerboard.js';
export * from './communities.js';
export * from './low-rank-ratings.js';
export * from './sequence-grammar.js';
