import { isTensorecError, TensorecError } from '@tensorec/kernels';
import { describeMetric, parseMetric } from '@tensorec/metrics';
import { copyArrays, type Awaitable, type NamedArrays } from '../arrays.js';
import { requireWhole } from '../batches/batches.js';

/** How training is watched. */
export interface Validation {
  /**
   * Measures the model as it is, for example on the validation part: figures by name. The step's parameters are those
   * after the epoch.
   *
   * @param epoch - the epoch that has just ended, from 1
   */
  validate(
    epoch: number,
    signal: AbortSignal | undefined,
  ): Awaitable<Readonly<Record<string, number>>>;
  /** The figure that the best epoch is chosen by, such as `ndcg@10`. */
  readonly metric: string;
  /** Which figures are better; default what `@tensorec/metrics` knows of the metric. */
  readonly goal?: 'maximize' | 'minimize' | undefined;
  /** Epochs from one validation to the next, a whole number ≥ 1, default 1. The last epoch is validated as well. */
  readonly every?: number | undefined;
  /** Validations without an improvement before training stops, a whole number ≥ 1; default none. */
  readonly patience?: number | undefined;
}

/** The best epoch so far. */
export interface BestEpoch {
  readonly epoch: number;
  readonly value: number;
  readonly parameters: NamedArrays;
}

/** Keeps the best parameters, and knows when to stop. */
export class Watch {
  readonly goal: 'maximize' | 'minimize';
  readonly #validation: Validation;
  readonly #every: number;
  best: BestEpoch | undefined;
  /** Validations since the best one. */
  waited = 0;

  /** @throws TensorecError `invalid-argument` for a metric whose goal is not known and for counts below 1. */
  constructor(validation: Validation) {
    const { every = 1, patience, metric, goal } = validation;
    requireWhole('every', every);
    if (patience !== undefined) requireWhole('patience', patience);
    this.#validation = validation;
    this.#every = every;
    this.goal = goal ?? goalOf(metric);
  }

  /** Whether no improvement has come for as long as one was waited for. */
  get isOver(): boolean {
    return this.waited >= (this.#validation.patience ?? Infinity);
  }

  isDue(epoch: number, isLast: boolean): boolean {
    return isLast || epoch % this.#every === 0;
  }

  /**
   * The figures of an epoch.
   *
   * @throws TensorecError `numerical` for a metric that is not finite, `unknown-name` when it is missing.
   */
  async measure(
    epoch: number,
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, number>>> {
    const { metric } = this.#validation;
    const values = await this.#validation.validate(epoch, signal);
    const value = Object.hasOwn(values, metric) ? values[metric] : undefined;
    if (value === undefined) {
      throw new TensorecError(
        'unknown-name',
        `validate returned ${Object.keys(values).join(', ') || 'no figures'} after epoch ${epoch}, but not the metric "${metric}".`,
      );
    }
    if (!Number.isFinite(value)) {
      throw new TensorecError(
        'numerical',
        `${metric} is ${value} after epoch ${epoch}; look at the scores of the model and at the validation part.`,
      );
    }
    return values;
  }

  /** Notes the figures of an epoch, and keeps its parameters where they are the best so far. */
  note(epoch: number, values: Readonly<Record<string, number>>, parameters: NamedArrays): void {
    const value = values[this.#validation.metric]!;
    const improved =
      this.best === undefined ||
      (this.goal === 'maximize' ? value > this.best.value : value < this.best.value);
    this.waited = improved ? 0 : this.waited + 1;
    if (!improved) return;
    this.best = { epoch, value, parameters: copyArrays(parameters, this.best?.parameters) };
  }
}

function goalOf(metric: string): 'maximize' | 'minimize' {
  let higherIsBetter: boolean | undefined;
  try {
    ({ higherIsBetter } = describeMetric(parseMetric(metric)));
  } catch (error) {
    if (!isTensorecError(error)) throw error;
  }
  if (higherIsBetter === undefined) {
    throw new TensorecError(
      'invalid-argument',
      `Nothing is known of the metric "${metric}"; say with goal whether to maximize or to minimize it.`,
    );
  }
  return higherIsBetter ? 'maximize' : 'minimize';
}
