import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { backend_util, DataType } from '@tensorflow/tfjs-core';

type BackendValues = backend_util.BackendValues;

/** The backend `simd`: the data and the borrowed kernels of the backend `cpu`, beside kernels of its own. */
export class SimdBackend extends MathBackendCPU {
  override write(values: BackendValues, _shape: number[], dtype: DataType): object {
    const dataId = {};
    this.data.set(dataId, { values, dtype, refCount: 1 });
    return dataId;
  }
}
