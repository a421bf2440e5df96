import type { Progress } from '@tensorec/core';

/** Milliseconds of a call that go without a sign of progress. */
const QUIET = 2000;

/** Hands progress on once a call has taken two seconds. */
export function delayed(report: (progress: Progress) => void): (progress: Progress) => void {
  const start = performance.now();
  return (progress) => {
    if (performance.now() - start > QUIET) report(progress);
  };
}
