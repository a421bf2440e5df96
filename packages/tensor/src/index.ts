export { ready } from './ready.js';
export { gelu } from './gelu.js';
