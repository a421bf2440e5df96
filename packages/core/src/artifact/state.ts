import { TensorecError } from '@tensorec/kernels';

/** An n-dimensional array as artifacts store it, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** Named tensors of a fitted model. */
export type ModelState = Readonly<Record<string, StoredTensor>>;

type Kind = 'Float32Array' | 'Float64Array' | 'Int32Array' | 'Uint8Array';

/** Reads the tensors of an artifact; each must be there with the type and the shape that its reader expects. */
export class TensorReader {
  readonly #tensors: ReadonlyMap<string, StoredTensor>;

  constructor(tensors: ReadonlyMap<string, StoredTensor>) {
    this.#tensors = tensors;
  }

  /** Whether there is a tensor of that name. */
  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /**
   * @param shape - expected extents; −1 accepts any
   * @throws TensorecError `artifact` when the tensor is missing, of another type or shape, or holds NaN or ±Infinity.
   */
  float32(name: string, shape: readonly number[]): Float32Array {
    return finite(name, this.#read(name, shape, 'Float32Array') as Float32Array);
  }

  /** As {@link TensorReader.float32}, in double precision. */
  float64(name: string, shape: readonly number[]): Float64Array {
    return finite(name, this.#read(name, shape, 'Float64Array') as Float64Array);
  }

  /**
   * @param shape - expected extents; −1 accepts any
   * @param bounds - smallest and largest value allowed
   * @throws TensorecError `artifact` when the tensor is missing, of another type or shape, or out of bounds.
   */
  int32(
    name: string,
    shape: readonly number[],
    bounds: readonly [smallest: number, largest: number],
  ): Int32Array {
    const data = this.#read(name, shape, 'Int32Array') as Int32Array;
    const [smallest, largest] = bounds;
    for (let n = 0; n < data.length; n++) {
      const value = data[n]!;
      if (value < smallest || value > largest) {
        throw new TensorecError(
          'artifact',
          `The tensor "${name}" holds ${value} at ${n}, expected ${smallest} to ${largest}; the artifact is damaged.`,
        );
      }
    }
    return data;
  }

  /** As {@link TensorReader.float32}, for bytes. */
  bytes(name: string): Uint8Array {
    return this.#read(name, [-1], 'Uint8Array') as Uint8Array;
  }

  #read(name: string, shape: readonly number[], kind: Kind): StoredTensor['data'] {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) {
      throw new TensorecError('artifact', `The artifact has no tensor "${name}".`);
    }
    const found = tensor.data[Symbol.toStringTag];
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((extent, axis) => extent === -1 || extent === tensor.shape[axis]);
    if (found !== kind || !fits) {
      throw new TensorecError(
        'artifact',
        `The tensor "${name}" is a ${found} of [${tensor.shape.join(', ')}], expected a ${kind} of [${shape.join(', ')}].`,
      );
    }
    return tensor.data;
  }
}

function finite<Data extends Float32Array | Float64Array>(name: string, data: Data): Data {
  for (let n = 0; n < data.length; n++) {
    if (!Number.isFinite(data[n])) {
      throw new TensorecError(
        'artifact',
        `The tensor "${name}" holds ${data[n]!} at ${n}; the artifact is damaged.`,
      );
    }
  }
  return data;
}
