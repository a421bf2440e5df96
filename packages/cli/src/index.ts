export type { Console } from './console.js';
export { models } from './models.js';
export { exitCodes, main } from './program.js';
