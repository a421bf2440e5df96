import { ResidentArray } from '@tensorec/kernels';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  DataStorage,
  engine,
  type backend_util,
  type DataType,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { sizeOf } from './kernel.js';
import { TensorData } from './tensor-data.js';

type BackendValues = backend_util.BackendValues;

/**
 * The backend `simd`: the data and the borrowed kernels of the backend `cpu`, beside kernels of its own. Numbers lie where
 * they were last needed, in the memory of the kernels or in an array, or in both.
 */
export class SimdBackend extends MathBackendCPU {
  override write(values: BackendValues | undefined, _shape: number[], dtype: DataType): object {
    const dataId = {};
    this.data.set(dataId, dataOf(values, dtype, 1));
    return dataId;
  }

  override move(
    dataId: object,
    values: BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, dataOf(values, dtype, refCount));
  }

  override disposeData(dataId: object, force?: boolean): boolean {
    const data = this.data.has(dataId) ? this.data.get(dataId) : undefined;
    const disposed = super.disposeData(dataId, force);
    if (disposed && data instanceof TensorData) data.dispose();
    return disposed;
  }

  /** The numbers of a tensor in the memory of the kernels, in single precision. */
  floatsOf({ dataId }: TensorInfo): ResidentArray {
    return this.#dataOf(dataId).floats;
  }

  /** The numbers of a tensor in the memory of the kernels, as integers. */
  integersOf({ dataId }: TensorInfo): ResidentArray {
    return this.#dataOf(dataId).integers;
  }

  /**
   * The numbers of a tensor of the type `float32` in the memory of the kernels, to be changed in place: for a variable that
   * an optimizer updates. Other tensors of the same numbers (`clone`, `reshape`) would change with it, so there may be none.
   *
   * @throws Error when other tensors have the same numbers.
   */
  writableFloatsOf({ dataId, dtype }: TensorInfo): ResidentArray {
    const data = this.#dataOf(dataId);
    if (dtype !== 'float32' || data.dtype !== 'float32') {
      throw new Error(`The tensor is of the type ${data.dtype}; only float32 is changed in place.`);
    }
    if (data.refCount > 1) {
      throw new Error(
        `${data.refCount} tensors share the numbers to be changed; dispose of its clones and reshapes first.`,
      );
    }
    return data.writableFloats;
  }

  /** The only number of a tensor where that lies outside the memory of the kernels, else {@link floatsOf}. */
  operandOf({ dataId }: TensorInfo): number | ResidentArray {
    const data = this.#dataOf(dataId);
    return data.outerNumber ?? data.floats;
  }

  /** A tensor whose numbers a function writes in single precision; 0 and 1 for the type `bool`. */
  fill(
    shape: readonly number[],
    write: (result: ResidentArray) => void,
    dtype: 'float32' | 'bool' = 'float32',
  ): TensorInfo {
    const array = new ResidentArray(sizeOf(shape));
    try {
      write(array);
    } catch (error) {
      array.dispose();
      throw error;
    }
    const dataId = {};
    this.data.set(dataId, new TensorData(dtype, array, 1));
    return { dataId, shape: [...shape], dtype };
  }

  /** Another tensor of the same numbers, in another shape. */
  share({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
    this.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  }

  /** What the engine of tfjs counts is exact: memory of the kernels is freed with the tensor. */
  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: false, reasons: [] };
  }

  /** Lets go of all tensors; what they hold of the memory of the kernels is freed when they are collected as garbage. */
  override dispose(): void {
    this.data = new DataStorage(this, engine());
  }

  #dataOf(dataId: object): TensorData {
    const data = this.data.get(dataId);
    if (data instanceof TensorData) return data;
    throw new Error(`The kernels take no numbers of the type ${data.dtype}.`);
  }
}

function dataOf(
  values: BackendValues | undefined,
  dtype: DataType,
  refCount: number,
): MathBackendCPU['data'] extends DataStorage<infer Data> ? Data : never {
  if (values === undefined) return { dtype, refCount };
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') {
    return new TensorData(dtype, values, refCount);
  }
  return { values, dtype, refCount };
}
