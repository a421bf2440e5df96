import { selectArray } from '@tensorec/kernels';
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloat, ownKernel, type OwnKernel } from '../kernel.js';

interface Inputs {
  readonly condition: TensorInfo;
  readonly t: TensorInfo;
  readonly e: TensorInfo;
}

/** Numbers of one tensor where a condition holds, else of another one. */
export const selectKernel = (): OwnKernel =>
  ownKernel<Inputs>('Select', ({ inputs: { condition, t, e }, backend }) => {
    if (!areFloat(t, e) || !util.arraysEqual(condition.shape, t.shape)) return undefined;
    return backend.fill(t.shape, (result) => {
      const [mask, chosen, other] = [condition, t, e].map((each) => backend.floatsOf(each));
      selectArray(mask!, chosen!, other!, result);
    });
  });
