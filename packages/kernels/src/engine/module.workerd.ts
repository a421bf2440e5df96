// Edge platforms forbid compiling at run time: the module has to be a file that their bundlers find by this import.
// `?module` is what both Cloudflare's and Vercel's take for a compiled module.
import module from './kernels.wasm?module';
import type { LoadedModule } from './webassembly.js';

/** The module for memory of one thread, which the platform has compiled. */
export function loadModule(): Promise<LoadedModule> {
  return Promise.resolve({ module, shared: false });
}
