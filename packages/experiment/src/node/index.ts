export * from './prepare.js';
export * from './run-file.js';
