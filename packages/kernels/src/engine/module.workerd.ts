import module from './kernels.wasm?module';
import type { WasmModule } from './webassembly.js';

/** The module for memory of one thread, which the platform compiled before. */
export function compileModule(): Promise<WasmModule> {
  return Promise.resolve(module);
}
