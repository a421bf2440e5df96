export * from './compare-report-files.js';
export * from './evaluate-artifacts.js';
export * from './prepare.js';
export * from './run-file.js';
