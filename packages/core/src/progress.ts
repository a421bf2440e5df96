import { ready, type Steps } from '@tensorec/kernels';

/** How far a long call has come. Fractions never decrease within one call. */
export interface Progress {
  /** What is being done, for people: "fit als", "evaluate". */
  readonly stage: string;
  /** Share of the whole call that is done, 0 to 1. */
  readonly fraction: number;
  /** Live figures of calls that have some, such as the `loss` of training. */
  readonly values?: Readonly<Record<string, number>> | undefined;
  /** Seconds that are left, as far as the call can tell. */
  readonly secondsLeft?: number | undefined;
}

/** What every long call accepts. */
export interface CallOptions {
  /** Aborts the call within about 50 ms; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called between slices of work. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Where {@link runSteps} stands within its call. */
export interface StepsRange extends CallOptions {
  readonly stage: string;
  /** Fraction of the call that was done before; default 0. */
  readonly from?: number;
  /** Fraction of the call that is done afterwards; default 1. */
  readonly to?: number;
}

/** Longest time, in milliseconds, that a call keeps the event loop to itself. */
const sliceMilliseconds = 25;

/**
 * Makes the kernels ready and runs steps in slices of some 25 ms with a turn of the event loop between, so that timers, input and aborts are
 * served. Work that ends within one slice never leaves the current turn but for the await itself.
 *
 * @throws the signal's reason once it is aborted; the steps are then closed.
 */
export async function runSteps<Result>(steps: Steps<Result>, range: StepsRange): Promise<Result> {
  const { stage, signal, onProgress, from = 0, to = 1 } = range;
  let fraction = from;
  try {
    await ready();
    let sliceEnd = performance.now() + sliceMilliseconds;
    signal?.throwIfAborted();
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        onProgress?.({ stage, fraction: to });
        return step.value;
      }
      if (performance.now() < sliceEnd) continue;
      fraction = Math.min(to, Math.max(fraction, from + (to - from) * step.value));
      onProgress?.({ stage, fraction });
      await nextTurn();
      signal?.throwIfAborted();
      sliceEnd = performance.now() + sliceMilliseconds;
    }
  } finally {
    steps.return(undefined as never);
  }
}

/** Resolves in a later turn of the event loop, after timers and input had theirs. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof globalThis.setImmediate === 'function') globalThis.setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
