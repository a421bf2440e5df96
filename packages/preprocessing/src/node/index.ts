export { fileSource } from './byte-source.js';
export { readFeatures, readInteractions, readSplit, type SplitFiles } from './read.js';
export { writeInteractions, writeRows } from './write.js';
export type { WriteFormat } from '../write/interaction-lines.js';
