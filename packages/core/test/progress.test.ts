import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSteps, type Progress, type Steps } from '../src/index.js';

/** Steps that each take at least the given time. */
function* busy(steps: number, milliseconds: number, onClose?: () => void): Steps<string> {
  try {
    for (let step = 1; step <= steps; step++) {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      yield step / steps;
    }
    return 'done';
  } finally {
    onClose?.();
  }
}

describe('runSteps', () => {
  it('returns the result and reports progress that ends at 1', async () => {
    const reports: Progress[] = [];
    const result = await runSteps(busy(8, 10), {
      stage: 'count',
      onProgress: (progress) => reports.push(progress),
    });
    expect(result).toBe('done');
    expect(reports.length).toBeGreaterThan(1);
    expect(new Set(reports.map(({ stage }) => stage))).toEqual(new Set(['count']));
    expect(reports.at(-1)!.fraction).toBe(1);
  });

  it('reports fractions that ascend within the range, whatever the steps say', async () => {
    const fraction = fc.double({ min: -1, max: 2, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fraction, { maxLength: 3 }), async (fractions) => {
        function* steps(): Steps {
          for (const value of fractions) {
            const end = performance.now() + 26;
            while (performance.now() < end);
            yield value;
          }
        }
        const seen: number[] = [];
        await runSteps(steps(), {
          stage: 's',
          from: 0.25,
          to: 0.75,
          onProgress: (progress) => seen.push(progress.fraction),
        });
        expect(seen).toHaveLength(fractions.length + 1);
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        expect(Math.min(...seen)).toBeGreaterThanOrEqual(0.25);
        expect(seen.at(-1)).toBe(0.75);
      }),
      { numRuns: 8 },
    );
  });

  it('gives the event loop turns', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await runSteps(busy(30, 5), { stage: 's' });
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  it('stops soon after an abort, with its reason, and closes the steps', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    let closed = 0;
    let stepsDone = 0;
    const counted = (function* (): Steps<string> {
      const steps = busy(100_000, 1, () => closed++);
      for (const fraction of steps) {
        stepsDone++;
        yield fraction;
      }
      return 'never';
    })();
    setTimeout(() => {
      abort.abort(reason);
    }, 5);
    await expect(runSteps(counted, { stage: 's', signal: abort.signal })).rejects.toBe(reason);
    expect(closed).toBe(1);
    expect(stepsDone).toBeLessThan(1000);
    expect(counted.next().done).toBe(true);
  });

  it('does not begin when the signal is aborted already', async () => {
    let begun = false;
    const steps = (function* (): Steps {
      begun = true;
      yield 1;
    })();
    const signal = AbortSignal.abort('no');
    await expect(runSteps(steps, { stage: 's', signal })).rejects.toBe('no');
    expect(begun).toBe(false);
    expect(steps.next().done).toBe(true);
  });

  it('closes the steps when a progress callback throws', async () => {
    let closed = 0;
    const onProgress = (): never => {
      throw new Error('callback');
    };
    await expect(
      runSteps(
        busy(3, 30, () => closed++),
        { stage: 's', onProgress },
      ),
    ).rejects.toThrow('callback');
    expect(closed).toBe(1);
  });

  it('passes on what a step throws', async () => {
    const steps = (function* (): Steps {
      yield 0.5;
      throw new RangeError('inside');
    })();
    await expect(runSteps(steps, { stage: 's' })).rejects.toThrow(RangeError);
  });
});
