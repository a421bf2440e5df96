import type { ReadonlyNumbers } from '../arrays.js';
import type { Allocator } from './allocator.js';
import type { Engine } from './engine.js';

type NumberArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;
interface ArrayConstructor<Kind extends NumberArray> {
  new (length: number): Kind;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Kind;
}

/** Blocks of the engine's memory that are freed together. Views on them are used at once and never kept. */
export class Scope {
  readonly engine: Engine;
  readonly #allocator: Allocator;
  readonly #addresses: number[] = [];

  constructor(engine: Engine, allocator: Allocator) {
    this.engine = engine;
    this.#allocator = allocator;
  }

  /** A block with any contents. @throws TensorecError `memory` when there is no room. */
  allocate(bytes: number): number {
    const address = this.#allocator.allocate(bytes);
    this.#addresses.push(address);
    return address;
  }

  /** A block of zeros. */
  allocateZeros(bytes: number): number {
    const address = this.allocate(bytes);
    new Uint8Array(this.engine.buffer, address, bytes).fill(0);
    return address;
  }

  /** A copy of an array. */
  place(array: ReadonlyNumbers): number {
    const address = this.allocate(array.byteLength);
    new Uint8Array(this.engine.buffer, address, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    return address;
  }

  /** `length` numbers from an address on, to be used before the next allocation. */
  view<Kind extends NumberArray>(
    kind: ArrayConstructor<Kind>,
    address: number,
    length: number,
  ): Kind {
    return new kind(this.engine.buffer, address, length);
  }

  /** A copy of `length` numbers from an address on. */
  copyOut<Kind extends NumberArray>(
    kind: ArrayConstructor<Kind>,
    address: number,
    length: number,
  ): Kind {
    const copy = new kind(length);
    copy.set(this.view(kind, address, length));
    return copy;
  }

  /** Frees one block before the others. */
  free(address: number): void {
    this.#addresses.splice(this.#addresses.indexOf(address), 1);
    this.#allocator.free(address);
  }

  /** Frees all blocks; closing twice does nothing. */
  close(): void {
    for (const address of this.#addresses.splice(0)) this.#allocator.free(address);
  }
}
