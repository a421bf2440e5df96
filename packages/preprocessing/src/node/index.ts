export { fileSource } from './byte-source.js';
export { readInteractions } from './read.js';
