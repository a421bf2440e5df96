/**
 * Work done in steps of a few milliseconds: each `yield` gives the fraction done (0 to 1), the return value is the
 * result. The caller decides what happens between two steps: nothing ({@link finish}), or a turn of the event loop,
 * a progress report, an abort (`runSteps` of `@tensorec/core`).
 */
export type Steps<Result = void> = Generator<number, Result, void>;

/** Runs all steps at once and returns the result. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same work as a part of a longer one: its fractions run from `from` to `to` instead of from 0 to 1. When the longer
 * one is given up, so is the part, which frees what it holds.
 */
export function* partOf<Result>(steps: Steps<Result>, from: number, to: number): Steps<Result> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      yield from + (to - from) * step.value;
    }
  } finally {
    steps.return(undefined as never);
  }
}
