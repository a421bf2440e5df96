/** Devices by name, in the order in which lists of them stand. */
export const deviceNames = ['simd', 'wasm', 'cpu', 'node', 'node-gpu', 'webgpu'] as const;

/**
 * Where tensors are computed: `simd` (the kernels of Tensorec), `wasm` and `cpu` (TensorFlow.js' own WebAssembly and plain
 * JavaScript), `node` and `node-gpu` (TensorFlow's C library), `webgpu`.
 */
export type DeviceName = (typeof deviceNames)[number];
