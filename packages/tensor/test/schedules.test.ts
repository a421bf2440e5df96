import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adam, reduceOnPlateau, schedules, Sgd } from '../src/index.js';
import { expectClose, expectError } from './support.js';

const { constant, cosine, linearWarmup } = schedules;
const steps = (schedule: schedules.Schedule, count: number): number[] =>
  Array.from({ length: count }, (_, step) => schedule(step));

describe('schedules', () => {
  it('stay constant', () => {
    expect(steps(constant(0.5), 3)).toEqual([0.5, 0.5, 0.5]);
  });

  it('warm up by equal parts', () => {
    expectClose(
      steps(linearWarmup({ rate: 0.8, warmup: 4 }), 6),
      [0.2, 0.4, 0.6, 0.8, 0.8, 0.8],
      1e-12,
    );
    expect(steps(linearWarmup({ rate: 0.8, warmup: 0 }), 2)).toEqual([0.8, 0.8]);
  });

  it('fall along a cosine', () => {
    // torch.optim.lr_scheduler.CosineAnnealingLR(SGD(lr=1), T_max=6, eta_min=0.1)
    const expected = [1, 0.93971143, 0.775, 0.55, 0.325, 0.16028857, 0.1];
    const schedule = cosine({ rate: 1, steps: 6, least: 0.1 });
    expectClose(steps(schedule, 7), expected, 1e-8);
    expect(schedule(1000)).toBeCloseTo(0.1, 12);
    const warmed = cosine({ rate: 1, steps: 8, warmup: 2, least: 0.1 });
    expectClose(steps(warmed, 9), [0.5, 1, ...expected], 1e-8);
  });

  it('lie between 0 and the rate', () => {
    const settings = fc.record({
      rate: fc.double({ min: 1e-6, max: 10, noNaN: true }),
      warmup: fc.integer({ min: 0, max: 20 }),
      more: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(settings, fc.nat(200), ({ rate, warmup, more }, step) => {
        const value = cosine({ rate, warmup, steps: warmup + more })(step);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(rate);
      }),
    );
  });

  it('refuse settings out of their ranges', () => {
    for (const rate of [-1, NaN, Infinity]) {
      expectError(() => constant(rate), 'invalid-argument', `rate is ${rate}`);
    }
    expectError(() => linearWarmup({ rate: 1, warmup: 1.5 }), 'invalid-argument', 'warmup is 1.5');
    expectError(
      () => cosine({ rate: 1, steps: 3, warmup: 3 }),
      'invalid-argument',
      'steps is 3',
      '4',
    );
    expectError(() => cosine({ rate: 1, steps: 3, least: -1 }), 'invalid-argument', 'least is -1');
  });

  it('set the rate of an optimizer, which refuses rates that are none', () => {
    const optimizer = new Adam({ learningRate: linearWarmup({ rate: 1, warmup: 2 }) });
    expect(optimizer.learningRate).toBe(0.5);
    optimizer.apply({ variables: {}, tables: {} });
    expect(optimizer.learningRate).toBe(1);
    const bad = new Sgd({ learningRate: () => NaN });
    expectError(
      () => {
        bad.apply({ variables: {}, tables: {} });
      },
      'invalid-argument',
      'NaN',
      'step 0',
    );
    expect(bad.steps).toBe(0);
  });
});

describe('reduceOnPlateau', () => {
  it('lowers the rate when the metric has not become better for a while', () => {
    const rate = reduceOnPlateau({ rate: 1, factor: 0.5, patience: 2, least: 0.2 });
    const rates = [0.1, 0.3, 0.3, 0.2, 0.25, 0.4, NaN, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1].map(
      (metric) => {
        rate.report(metric);
        return rate();
      },
    );
    expect(rates).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2]);
  });

  it('takes smaller ones as better where told so, and goes on from a state', () => {
    const options = { rate: 1, patience: 0, better: 'smaller' } as const;
    const rate = reduceOnPlateau(options);
    rate.report(NaN);
    expect(rate.state()).toEqual({ rate: 0.1, best: undefined, waited: 0 });
    rate.report(5);
    rate.report(4);
    expect(rate()).toBe(0.1);
    const other = reduceOnPlateau(options);
    other.restore(rate.state());
    for (const each of [rate, other]) each.report(4);
    expect(other()).toBeCloseTo(0.01, 12);
    expect(other.state()).toEqual(rate.state());
  });

  it('refuses settings out of their ranges', () => {
    const refused = (options: object, piece: string): void => {
      expectError(() => reduceOnPlateau({ rate: 1, ...options }), 'invalid-argument', piece);
    };
    refused({ rate: -1 }, 'rate is -1');
    refused({ factor: 1 }, 'factor is 1');
    refused({ patience: -1 }, 'patience is -1');
    refused({ least: NaN }, 'least is NaN');
  });
});
