export * from './artifact.js';
export * from './files.js';
