import { requireArgument } from '@tensorec/kernels';

/** @throws TensorecError `invalid-argument` unless the setting lies in [0, 1). */
export function requireDecay(name: string, value: number): void {
  requireArgument(value >= 0 && value < 1, () => `${name} is ${value}; give a number in [0, 1).`);
}

/** @throws TensorecError `invalid-argument` unless the setting is finite and above 0. */
export function requirePositive(name: string, value: number): void {
  requireArgument(
    value > 0 && value < Infinity,
    () => `${name} is ${value}; give a finite number above 0.`,
  );
}
