import {
  adagradStep,
  adamStep,
  descentStep,
  momentumStep,
  type AdamSettings,
  type MomentumSettings,
  type OptimizerStep,
} from '@tensorec/kernels';
import { registerSimdKernel, type SimdBackend } from '@tensorec/tfjs-backend-simd';
import type { TensorInfo } from '@tensorflow/tfjs';

interface Inputs {
  readonly parameters: TensorInfo;
  readonly gradient: TensorInfo;
  /** Row numbers; all rows where there are none. */
  readonly rows?: TensorInfo;
}

interface InputsWithFirst extends Inputs {
  /** What is remembered of the gradients. */
  readonly first: TensorInfo;
}

interface InputsWithBoth extends InputsWithFirst {
  readonly second: TensorInfo;
}

function stepOf({ parameters, gradient, rows }: Inputs, backend: SimdBackend): OptimizerStep {
  const columns = parameters.shape.slice(1).reduce((size, length) => size * length, 1);
  return {
    parameters: backend.writableFloatsOf(parameters),
    gradient: backend.floatsOf(gradient),
    rows: rows && { numbers: backend.integersOf(rows), columns },
  };
}

/** Adds the steps of the optimizers: they change parameters and what is remembered in place, and have no result. */
export function registerOptimizers(): void {
  registerSimdKernel<Inputs, { readonly rate: number }>(
    'TensorecDescentStep',
    ({ inputs, attrs, backend }) => {
      descentStep(stepOf(inputs, backend), attrs.rate);
      return [];
    },
  );
  registerSimdKernel<InputsWithFirst, MomentumSettings>(
    'TensorecMomentumStep',
    ({ inputs, attrs, backend }) => {
      momentumStep(stepOf(inputs, backend), backend.writableFloatsOf(inputs.first), attrs);
      return [];
    },
  );
  registerSimdKernel<InputsWithFirst, { readonly rate: number; readonly epsilon: number }>(
    'TensorecAdagradStep',
    ({ inputs, attrs, backend }) => {
      adagradStep(stepOf(inputs, backend), backend.writableFloatsOf(inputs.first), attrs);
      return [];
    },
  );
  registerSimdKernel<InputsWithBoth, AdamSettings>(
    'TensorecAdamStep',
    ({ inputs, attrs, backend }) => {
      const first = backend.writableFloatsOf(inputs.first);
      const second = backend.writableFloatsOf(inputs.second);
      adamStep(stepOf(inputs, backend), first, second, attrs);
      return [];
    },
  );
}
