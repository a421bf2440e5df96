/** A compiled module; nothing of it is looked at. */
export type WasmModule = object;

/** A memory that can grow. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

/** The part of the platform's `WebAssembly` that is used; its types stand in no library that every target includes. */
export interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  Module: { exports(module: WasmModule): readonly { readonly name: string }[] };
  Instance: new (
    module: WasmModule,
    imports: object,
  ) => { readonly exports: Record<string, (...values: number[]) => number> };
  Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
}

/** The platform's `WebAssembly`; undefined where there is none. */
export const webAssembly = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
