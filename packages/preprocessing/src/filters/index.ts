export * from './filters.js';
export * from './section.js';
