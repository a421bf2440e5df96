import { binary, memoryFlag } from './binary.generated.js';
import { webAssembly, type WasmModule } from './webassembly.js';

/** Compiles the module for shared memory or for memory of one thread. */
export async function compileModule(shared: boolean): Promise<WasmModule> {
  if (webAssembly === undefined) throw new Error('There is no WebAssembly here.');
  const text = atob(binary);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (!shared) bytes[memoryFlag] = 1;
  return webAssembly.compile(bytes);
}
