import { requireArgument } from '@tensorec/kernels';

/** Settings of {@link reduceOnPlateau}. */
export interface PlateauOptions {
  /** The rate to begin with, finite and 0 or more. */
  readonly rate: number;
  /** What the rate is multiplied by, in (0, 1); default 0.1. */
  readonly factor?: number | undefined;
  /** How many metrics in a row may fail to be a new best one before the rate falls; an integer of 0 or more, default 10. */
  readonly patience?: number | undefined;
  /** The least rate; default 0. */
  readonly least?: number | undefined;
  /** Whether greater metrics are better, as for ndcg, or smaller ones, as for a loss; default `'greater'`. */
  readonly better?: 'greater' | 'smaller' | undefined;
}

/** Where a {@link PlateauSchedule} stands, as plain numbers. */
export interface PlateauState {
  readonly rate: number;
  /** The best metric so far; undefined before the first. */
  readonly best: number | undefined;
  /** Metrics since the best one, or since the rate fell. */
  readonly waited: number;
}

/** A learning rate that is fed by a metric. */
export interface PlateauSchedule {
  /** The rate now: a schedule for an optimizer, whatever the step. */
  (): number;
  /** Takes note of a metric, after an epoch as a rule. NaN counts as no better. */
  report(metric: number): void;
  /** What has to be kept to go on later. */
  state(): PlateauState;
  /** Goes on from a state. */
  restore(state: PlateauState): void;
}

/**
 * A rate that falls by a factor when a metric has not become better for a while.
 *
 * @throws TensorecError `invalid-argument` for settings out of their ranges.
 */
export function reduceOnPlateau({
  rate,
  factor = 0.1,
  patience = 10,
  least = 0,
  better = 'greater',
}: PlateauOptions): PlateauSchedule {
  requireSetting('rate', rate, rate >= 0 && rate < Infinity, 'a finite number of 0 or more');
  requireSetting('factor', factor, factor > 0 && factor < 1, 'a number between 0 and 1');
  requireSetting(
    'patience',
    patience,
    Number.isSafeInteger(patience) && patience >= 0,
    'an integer of 0 or more',
  );
  requireSetting('least', least, least >= 0 && least < Infinity, 'a finite number of 0 or more');
  let now: PlateauState = { rate, best: undefined, waited: 0 };
  const isBetter = (metric: number, best: number): boolean =>
    better === 'greater' ? metric > best : metric < best;
  const next = ({ rate, best, waited }: PlateauState, metric: number): PlateauState => {
    if (best === undefined ? !Number.isNaN(metric) : isBetter(metric, best)) {
      return { rate, best: metric, waited: 0 };
    }
    if (waited < patience) return { rate, best, waited: waited + 1 };
    return { rate: Math.min(rate, Math.max(least, rate * factor)), best, waited: 0 };
  };
  return Object.assign(() => now.rate, {
    report(metric: number): void {
      now = next(now, metric);
    },
    state: () => now,
    restore(state: PlateauState): void {
      now = state;
    },
  });
}

function requireSetting(name: string, value: number, valid: boolean, wanted: string): void {
  requireArgument(valid, () => `${name} is ${value}; give ${wanted}.`);
}
