import { ResidentArray } from '@tensorec/kernels';
import type { backend_util } from '@tensorflow/tfjs-core';

type BackendValues = backend_util.BackendValues;
type NumericType = 'float32' | 'int32' | 'bool';

/** Numbers of a tensor: in the memory of the kernels, in an array outside, or in both. */
export class TensorData {
  readonly dtype: NumericType;
  /** How many tensors there are of the numbers; changed by the backend. */
  refCount: number;
  #values: BackendValues | undefined;
  #floats: ResidentArray | undefined;
  #integers: ResidentArray | undefined;

  /**
   * @param numbers - what lies in the memory of the kernels is in single precision, and `dtype` is not `int32`
   */
  constructor(dtype: NumericType, numbers: BackendValues | ResidentArray, refCount: number) {
    this.dtype = dtype;
    this.refCount = refCount;
    if (numbers instanceof ResidentArray) this.#floats = numbers;
    else this.#values = numbers;
  }

  /** The only number, where there is one and it lies outside alone. */
  get outerNumber(): number | undefined {
    return this.#floats === undefined && this.#values?.length === 1
      ? Number(this.#values[0])
      : undefined;
  }

  /** The numbers outside; kernels of the backend `cpu` read them, and write them before anything else reads. */
  get values(): BackendValues {
    this.#values ??= this.#copyOut();
    return this.#values;
  }

  /**
   * The numbers in the memory of the kernels, in single precision. The numbers themselves may be integers: on the backend
   * `cpu` a cast to `float32` shares them.
   */
  get floats(): ResidentArray {
    this.#floats ??= ResidentArray.from(
      this.values instanceof Float32Array ? this.values : Float32Array.from(this.values, Number),
    );
    return this.#floats;
  }

  /** The numbers in the memory of the kernels, as integers. */
  get integers(): ResidentArray {
    this.#integers ??= ResidentArray.from(
      this.values instanceof Int32Array ? this.values : Int32Array.from(this.values, Number),
    );
    return this.#integers;
  }

  /** The same as {@link floats}, to be written: copies outside and integers are forgotten. */
  get writableFloats(): ResidentArray {
    const { floats } = this;
    this.#values = undefined;
    this.#integers?.dispose();
    this.#integers = undefined;
    return floats;
  }

  #copyOut(): BackendValues {
    const numbers = this.#floats!.toFloat32Array();
    return this.dtype === 'bool' ? Uint8Array.from(numbers) : numbers;
  }

  /** Frees what is in the memory of the kernels. */
  dispose(): void {
    this.#floats?.dispose();
    this.#integers?.dispose();
  }
}
