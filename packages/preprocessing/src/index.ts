export type { ByteSource, SkippedLines } from './read/records.js';
export { parseInteractions, type ReadResult } from './read/parse-interactions.js';
export * from './read/specification.js';
export * from './filters/index.js';
export * from './splits/index.js';
