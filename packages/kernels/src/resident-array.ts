import type { ReadonlyFloat32Array, ReadonlyInt32Array } from './arrays.js';
import { Block } from './engine/block.js';
import { disposedError } from './engine/resident.js';
import { requireArgument } from './errors.js';

/**
 * Numbers of 4 bytes that stay in the engine's memory, so that a chain of computations does not copy them: what the
 * functions on arrays take and fill. Free them with {@link ResidentArray.dispose}; afterwards every use throws a
 * TensorecError `invalid-argument`.
 */
export class ResidentArray {
  /** How many numbers there are. */
  readonly length: number;
  #block: Block | undefined;

  /**
   * An array with any contents.
   *
   * @throws TensorecError `invalid-argument` unless `length` is an integer of 0 or more; `not-ready`, `memory`.
   */
  constructor(length: number) {
    requireArgument(
      Number.isInteger(length) && length >= 0,
      () => `length is ${length}; give an integer of 0 or more.`,
    );
    this.length = length;
    this.#block = Block.take(4 * length);
  }

  /**
   * A copy of an array.
   *
   * @throws TensorecError `not-ready`, `memory`.
   */
  static from(numbers: ReadonlyFloat32Array | ReadonlyInt32Array): ResidentArray {
    const array = new ResidentArray(numbers.length);
    const { engine, address } = array.#used;
    const view =
      numbers[Symbol.toStringTag] === 'Float32Array'
        ? new Float32Array(engine.buffer, address, numbers.length)
        : new Int32Array(engine.buffer, address, numbers.length);
    view.set(numbers);
    return array;
  }

  /** Where the numbers lie in the engine's memory; of use to the kernels alone. */
  get address(): number {
    return this.#used.address;
  }

  /** A copy of the numbers, in single precision. */
  toFloat32Array(): Float32Array<ArrayBuffer> {
    const { engine, address } = this.#used;
    const copy = new Float32Array(this.length);
    copy.set(new Float32Array(engine.buffer, address, this.length));
    return copy;
  }

  /** Frees the memory; the array cannot be used afterwards. A second call does nothing. */
  dispose(): void {
    this.#block?.giveBack();
    this.#block = undefined;
  }

  get #used(): Block {
    if (this.#block === undefined) throw disposedError();
    return this.#block;
  }
}
