export {
  conformanceCases,
  type ConformanceCase,
  type ConformanceOptions,
} from './conformance/suite.js';
export * as knownData from './known-data/index.js';
