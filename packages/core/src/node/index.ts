export * from './artifact.js';
export * from './atomic-stream.js';
export * from './files.js';
