import { binary, memoryFlag } from './binary.generated.js';
import { webAssembly, type LoadedModule } from './webassembly.js';

/** Compiles the module for shared memory or for memory of one thread. */
export async function loadModule(shared: boolean): Promise<LoadedModule> {
  if (webAssembly === undefined) throw new Error('There is no WebAssembly here.');
  const text = atob(binary);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (!shared) bytes[memoryFlag] = 1;
  return { module: await webAssembly.compile(bytes), shared };
}
