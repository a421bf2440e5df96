export * from './section.js';
export * from './splits.js';
