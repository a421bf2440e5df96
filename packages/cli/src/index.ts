export type { Console } from './console.js';
export { models } from './models.js';
export { exitCodes } from './exit-codes.js';
export { main } from './program.js';
