export { ready } from './ready.js';
export { registerSimdKernel } from './extend.js';
export type { KernelCall } from './kernel.js';
export type { SimdBackend } from './backend.js';
