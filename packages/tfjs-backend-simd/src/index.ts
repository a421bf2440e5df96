export { ready } from './ready.js';
