import { cos, requireArgument } from '@tensorec/kernels';

/** A learning rate for each step, counted from 0. */
export type Schedule = (step: number) => number;

/** The same rate at each step. */
export function constant(rate: number): Schedule {
  requireRate('rate', rate);
  return () => rate;
}

/** Settings of {@link linearWarmup}. */
export interface LinearWarmupOptions {
  /** The rate after the warm-up. */
  readonly rate: number;
  /** Steps of the warm-up, an integer of 0 or more. */
  readonly warmup: number;
}

/**
 * A rate that grows by equal parts, from rate / warmup at step 0 to the whole rate at step warmup − 1, and stays (Goyal et
 * al., "Accurate, Large Minibatch SGD", 2017, section 2.2).
 *
 * @throws TensorecError `invalid-argument` for settings out of their ranges.
 */
export function linearWarmup({ rate, warmup }: LinearWarmupOptions): Schedule {
  requireRate('rate', rate);
  requireSteps('warmup', warmup, 0);
  return (step) => (step < warmup ? rate * ((step + 1) / warmup) : rate);
}

/** Settings of {@link cosine}. */
export interface CosineOptions {
  /** The greatest rate. */
  readonly rate: number;
  /** Steps until the least rate, the warm-up included; an integer above `warmup`. */
  readonly steps: number;
  /** Steps of a linear warm-up before; default 0. */
  readonly warmup?: number | undefined;
  /** The least rate, which stays after `steps`; default 0. */
  readonly least?: number | undefined;
}

/**
 * A rate that falls along half a cosine (Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR
 * 2017, eq. 5, without restarts), after a {@link linearWarmup}.
 *
 * @throws TensorecError `invalid-argument` for settings out of their ranges.
 */
export function cosine({ rate, steps, warmup = 0, least = 0 }: CosineOptions): Schedule {
  const rising = linearWarmup({ rate, warmup });
  requireSteps('steps', steps, warmup + 1);
  requireRate('least', least);
  return (step) => {
    if (step < warmup) return rising(step);
    const part = Math.min(1, (step - warmup) / (steps - warmup));
    return least + 0.5 * (rate - least) * (1 + cos(Math.PI * part));
  };
}

function requireRate(name: string, rate: number): void {
  requireArgument(
    Number.isFinite(rate) && rate >= 0,
    () => `${name} is ${rate}; give a finite number of 0 or more.`,
  );
}

function requireSteps(name: string, steps: number, least: number): void {
  requireArgument(
    Number.isSafeInteger(steps) && steps >= least,
    () => `${name} is ${steps}; give an integer of ${least} or more.`,
  );
}
