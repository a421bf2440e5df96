export { epochOrder } from './epoch-order.js';
