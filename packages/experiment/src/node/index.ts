export * from './compare-report-files.js';
export * from './evaluate-artifacts.js';
export * from './prepare.js';
export { runExperimentFile, type RunFileOptions, type WrittenReport } from './run-file.js';
export * from './tune-file.js';
