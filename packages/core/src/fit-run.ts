import { columnCounts, mergeRepeats, Random, TensorecError, type Steps } from '@tensorec/kernels';
import { nextTurn, runSteps, type CallOptions } from './progress.js';
import type { FitOptions, Recommender, TrainingData } from './recommender.js';
import type { Repeats, TrainingRecord } from './training-record.js';
import type { Id } from './vocabulary.js';

/** One call of `fit`: its checked data, its randomness, its progress. */
export class FitRun<User extends Id, Item extends Id> {
  /** What the fitted model will remember of the data. */
  readonly record: TrainingRecord<User, Item>;
  /** Randomness of this fit, from its seed. */
  readonly random: Random;
  readonly #options: FitOptions<User, Item>;
  readonly #stage: string;
  #fraction = 0;

  /** Made by {@link startFit}. */
  constructor(record: TrainingRecord<User, Item>, options: FitOptions<User, Item>, stage: string) {
    this.record = record;
    this.random = new Random(record.seed);
    this.#options = options;
    this.#stage = stage;
  }

  /**
   * Runs steps in slices, with progress and abort.
   *
   * @param until - fraction of the whole fit that is done afterwards
   */
  async run<Result>(steps: Steps<Result>, until: number): Promise<Result> {
    const { signal, onProgress } = this.#options;
    const from = this.#fraction;
    this.#fraction = until;
    // What startFit and the model did before the first steps is a slice of its own.
    if (from === 0) await nextTurn();
    return runSteps(steps, { stage: this.#stage, signal, onProgress, from, to: until });
  }

  /**
   * What another long call is given that does a part of the fit, such as a trainer: its progress is that of the fit.
   *
   * @param until - fraction of the whole fit that is done afterwards
   */
  part(until: number): CallOptions & { readonly stage: string } {
    const { signal, onProgress } = this.#options;
    const from = this.#fraction;
    this.#fraction = until;
    return {
      stage: this.#stage,
      signal,
      onProgress:
        onProgress &&
        ((progress) => {
          const fraction = from + (until - from) * progress.fraction;
          onProgress({ ...progress, stage: this.#stage, fraction });
        }),
    };
  }
}

/**
 * The first line of every `fit`: checks role and data and makes the training record.
 *
 * @param repeats - what the model makes of repeated pairs
 * @throws TensorecError `role` for validation or test data, and for anything but validation data as
 * `options.validation`; `empty-data` without interactions; `invalid-argument` for a seed that is not a safe integer ≥ 0.
 */
export function startFit<User extends Id, Item extends Id>(
  recommender: Recommender,
  train: TrainingData<User, Item>,
  options: FitOptions<User, Item>,
  repeats: Repeats,
): FitRun<User, Item> {
  const role: string = train.role;
  if (role !== 'whole' && role !== 'train') {
    throw new TensorecError(
      'role',
      `fit of ${recommender.name} got ${role} data; fit learns from train (or whole) data only.`,
    );
  }
  const watched: string = options.validation?.role ?? 'validation';
  if (watched !== 'validation') {
    throw new TensorecError(
      'role',
      `fit of ${recommender.name} got ${watched} data as validation; watch the validation part of the split.`,
    );
  }
  if (train.size === 0) {
    throw new TensorecError(
      'empty-data',
      `fit of ${recommender.name} got no interactions; check the file, the filters and the split.`,
    );
  }
  options.signal?.throwIfAborted();
  const { seed = 0 } = options;
  const history = mergeRepeats(train.byUser(), repeats);
  const record: TrainingRecord<User, Item> = {
    users: train.users,
    items: train.items,
    history,
    repeats,
    itemCounts: columnCounts(history),
    fingerprint: train.fingerprint,
    splitId: train.splitId,
    seed,
  };
  return new FitRun(record, options, `fit ${recommender.name}`);
}
