import { TensorecError, type Steps } from '@tensorec/kernels';
import type { NamedArrays, NumberArray } from '../arrays.js';

/** Numbers looked at in a step. */
const sliceLength = 1 << 20;

/** Where training was when it failed. */
export interface Place {
  readonly epoch: number;
  /** From 1. */
  readonly batch: number;
}

/** A number that is NaN or infinite. */
interface BadNumber {
  readonly name: string;
  readonly index: number;
  readonly value: number;
}

/** Ends with the first number of the arrays that is not finite, if there is one. */
function* firstBadNumber(arrays: NamedArrays): Steps<BadNumber | undefined> {
  for (const [name, array] of Object.entries(arrays)) {
    for (let from = 0; from < array.length; from += sliceLength) {
      const slice = array.subarray(from, from + sliceLength);
      if (!isFinite(slice)) {
        const at = slice.findIndex((value) => !Number.isFinite(value));
        return { name, index: from + at, value: slice[at]! };
      }
      yield 0;
    }
  }
  return undefined;
}

/** Whether all numbers are finite: 0 times another is NaN, and so is a sum with NaN. */
function isFinite(array: NumberArray): boolean {
  let sum = 0;
  for (let n = 0; n < array.length; n++) sum += 0 * array[n]!;
  return sum === 0;
}

/**
 * Checks the parameters, for instance before they are kept.
 *
 * @throws TensorecError `numerical` naming the place and the first parameter that is not finite.
 */
export function* requireFinite(parameters: NamedArrays, place: Place): Steps {
  const bad = yield* firstBadNumber(parameters);
  if (bad === undefined) return;
  throw new TensorecError(
    'numerical',
    `Training diverged by batch ${place.batch} of epoch ${place.epoch}: ${describe(bad)}. ${advice}`,
  );
}

/** The error for a loss that is not finite, which also names the first parameter that is not. */
export function* lossError(
  loss: number,
  parameters: NamedArrays,
  place: Place,
): Steps<TensorecError> {
  const bad = yield* firstBadNumber(parameters);
  const cause =
    bad === undefined
      ? 'all parameters are finite, so look at the values of the batch and at the loss function'
      : `and ${describe(bad)}`;
  return new TensorecError(
    'numerical',
    `The loss of batch ${place.batch} of epoch ${place.epoch} is ${loss}; ${cause}. ${advice}`,
  );
}

const advice = 'Lower the learning rate, or bound the gradients.';

function describe({ name, index, value }: BadNumber): string {
  return `the parameter "${name}" is ${value} at ${index}`;
}
