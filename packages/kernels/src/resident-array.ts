import type { ReadonlyFloat32Array, ReadonlyInt32Array } from './arrays.js';
import { Resident } from './engine/resident.js';
import { requireArgument } from './errors.js';

/**
 * Numbers of 4 bytes that stay in the engine's memory, so that a chain of computations does not copy them: what the
 * functions on arrays take and fill. Free them with {@link ResidentArray.dispose}; afterwards every use throws a
 * TensorecError `invalid-argument`.
 */
export class ResidentArray extends Resident {
  /** How many numbers there are. */
  readonly length: number;
  readonly #address: number;

  /**
   * An array with any contents.
   *
   * @throws TensorecError `invalid-argument` unless `length` is an integer of 0 or more; `not-ready`, `memory`.
   */
  constructor(length: number) {
    super();
    requireArgument(
      Number.isInteger(length) && length >= 0,
      () => `length is ${length}; give an integer of 0 or more.`,
    );
    this.length = length;
    this.#address = this.memory.allocate(4 * length);
  }

  /**
   * A copy of an array.
   *
   * @throws TensorecError `not-ready`, `memory`.
   */
  static from(numbers: ReadonlyFloat32Array | ReadonlyInt32Array): ResidentArray {
    const array = new ResidentArray(numbers.length);
    const { memory } = array;
    const kind = numbers[Symbol.toStringTag] === 'Float32Array' ? Float32Array : Int32Array;
    memory
      .view<Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
        kind,
        array.#address,
        numbers.length,
      )
      .set(numbers);
    return array;
  }

  /** Where the numbers lie in the engine's memory; of use to the kernels alone. */
  get address(): number {
    this.requireUsable();
    return this.#address;
  }

  /** A copy of the numbers, in single precision. */
  toFloat32Array(): Float32Array<ArrayBuffer> {
    return this.memory.copyOut(Float32Array, this.#address, this.length);
  }
}
