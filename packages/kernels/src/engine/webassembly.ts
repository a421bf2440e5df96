/** A compiled module; nothing of it is looked at. */
export type WasmModule = object;

/** A compiled module. */
export interface LoadedModule {
  readonly module: WasmModule;
  /** Whether its memory must be shared. */
  readonly shared: boolean;
}

/** What an instance exports. */
export type WasmExports = Record<string, (...values: number[]) => number>;

/** A memory that can grow. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

/** The part of the platform's `WebAssembly` that is used; its types stand in no library that every target includes. */
export interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: object): Promise<{ readonly exports: WasmExports }>;
  Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
}

/** The platform's `WebAssembly`; undefined where there is none. */
export const webAssembly = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
