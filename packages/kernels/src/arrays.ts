/** The reading half of a typed array of numbers; every `Float64Array`, `Float32Array`, `Int32Array` … is one. */
export interface ReadonlyNumbers {
  readonly length: number;
  readonly byteLength: number;
  readonly byteOffset: number;
  readonly buffer: ArrayBufferLike;
  readonly [index: number]: number;
  [Symbol.iterator](): IterableIterator<number>;
}

/** An `Int32Array` that its reader must not write to. */
export interface ReadonlyInt32Array extends ReadonlyNumbers {
  readonly [Symbol.toStringTag]: 'Int32Array';
  slice(start?: number, end?: number): Int32Array<ArrayBuffer>;
  subarray(begin?: number, end?: number): ReadonlyInt32Array;
}

/** A `Float32Array` that its reader must not write to. */
export interface ReadonlyFloat32Array extends ReadonlyNumbers {
  readonly [Symbol.toStringTag]: 'Float32Array';
  slice(start?: number, end?: number): Float32Array<ArrayBuffer>;
  subarray(begin?: number, end?: number): ReadonlyFloat32Array;
}

/** A `Float64Array` that its reader must not write to. */
export interface ReadonlyFloat64Array extends ReadonlyNumbers {
  readonly [Symbol.toStringTag]: 'Float64Array';
  slice(start?: number, end?: number): Float64Array<ArrayBuffer>;
  subarray(begin?: number, end?: number): ReadonlyFloat64Array;
}

/** Numbers that may be read and written in place: a typed array of numbers, or a `number[]`. */
export interface WritableNumbers {
  readonly length: number;
  [index: number]: number;
}
