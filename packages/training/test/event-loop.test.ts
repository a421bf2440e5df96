import { buildCsr, type Steps } from '@tensorec/kernels';
import { describe, expect, it } from 'vitest';
import { pairBatches, train, type TrainingStep } from '../src/index.js';
import { fixedStep } from './fixed-step.js';

const many = buildCsr(
  1000,
  1,
  Int32Array.from({ length: 1000 }, (_, n) => n),
  new Int32Array(1000),
);
const batches = pairBatches(many, { batchSize: 1 });

/** Keeps the processor busy. */
function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Steps of each kind, of 2 ms. */
const kinds: Record<string, TrainingStep<unknown>['step']> = {
  number: () => {
    busy(2);
    return 1;
  },
  promise: async () => {
    busy(2);
    return Promise.resolve(1);
  },
  *steps(): Steps<number> {
    for (let n = 0; n < 20; n++) {
      busy(0.1);
      yield n / 20;
    }
    return 1;
  },
};

describe.each(Object.entries(kinds))('a step that gives a %s', (_, step) => {
  it('leaves the event loop turns, in which an abort is seen', async () => {
    const controller = new AbortController();
    let batch = 0;
    let turns = 0;
    const ticks = setInterval(() => {
      if (++turns === 3) controller.abort(new Error('enough'));
    }, 1);
    const counted = {
      ...fixedStep(() => 0),
      step(...[rows, context]: Parameters<TrainingStep<unknown>['step']>) {
        batch++;
        return step(rows, context);
      },
    };
    const training = train(counted, batches, {
      epochs: 1,
      learningRate: 1,
      signal: controller.signal,
    });
    await expect(training).rejects.toThrow('enough');
    clearInterval(ticks);
    expect(batch).toBeLessThan(1000);
  });

  it('tells its loss', async () => {
    const few = pairBatches(buildCsr(1, 1, Int32Array.of(0), Int32Array.of(0)), { batchSize: 1 });
    const result = await train({ ...fixedStep(() => 0), step }, few, {
      epochs: 1,
      learningRate: 1,
    });
    expect(result.history).toEqual([{ epoch: 1, values: { loss: 1 } }]);
  });
});

describe('train', () => {
  it('closes the steps of a batch when it is aborted', async () => {
    const controller = new AbortController();
    let isClosed = false;
    const step = {
      ...fixedStep(() => 0),
      *step(): Steps<number> {
        try {
          for (;;) {
            busy(5);
            controller.abort(new Error('enough'));
            yield 0;
          }
        } finally {
          isClosed = true;
        }
      },
    };
    await expect(
      train(step, batches, { epochs: 1, learningRate: 1, signal: controller.signal }),
    ).rejects.toThrow('enough');
    expect(isClosed).toBe(true);
  });

  it('begins nothing when it is aborted before', async () => {
    const step = fixedStep(() => {
      throw new Error('begun');
    });
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(train(step, batches, { epochs: 1, learningRate: 1, signal })).rejects.toThrow(
      'too late',
    );
  });

  it('begins no batch when time is over', async () => {
    const result = await train(
      fixedStep(() => 1),
      batches,
      { epochs: 5, learningRate: 1, maxMinutes: 0 },
    );
    expect(result).toMatchObject({ stopped: 'time', epochs: 0, steps: 0, history: [] });
    let calls = 0;
    const within = await train(
      fixedStep(() => {
        if (++calls === 1500) busy(100);
        return 1;
      }),
      batches,
      { epochs: 5, learningRate: 1, maxMinutes: 0.1 / 60 },
    );
    expect(within.stopped).toBe('time');
    expect(within.steps).toBeLessThanOrEqual(1500);
  });
});
