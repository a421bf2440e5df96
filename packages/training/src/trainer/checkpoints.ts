import type { Position } from './events.js';
import { requireArgument, TensorecError } from '@tensorec/kernels';
import { misfit, type NamedArrays } from '../arrays.js';
import { requireWhole } from '../batches/batches.js';
import { differences, type Identity } from '../identity.js';
import type { CheckpointOptions } from './checkpoint-store.js';
import { decodeCheckpoint, encodeCheckpoint, type TrainingState } from './checkpoint.js';

/** Minutes from one checkpoint to the next, where nothing else is said. */
const defaultMinutes = 5;

/** Writes the checkpoints of one training when they are due, and finds the one to go on from. */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #identity: Identity;
  readonly #interval: number;
  #written = performance.now();
  #step: number | undefined;

  /**
   * @param identity - of the training
   * @throws TensorecError `invalid-argument` for intervals out of range.
   */
  constructor(options: CheckpointOptions, identity: Identity) {
    const { everyEpochs, everyMinutes } = options;
    if (everyEpochs !== undefined) requireWhole('everyEpochs', everyEpochs);
    requireArgument(
      everyMinutes === undefined || everyMinutes >= 0,
      () => `everyMinutes is ${everyMinutes}; give a number of 0 or more.`,
    );
    this.#options = options;
    this.#identity = identity;
    const minutes = everyMinutes ?? (everyEpochs === undefined ? defaultMinutes : Infinity);
    this.#interval = minutes * 60_000;
  }

  /** @param epoch - the epoch that has just ended; undefined within one */
  isDue(epoch?: number): boolean {
    const { everyEpochs } = this.#options;
    if (epoch !== undefined && everyEpochs !== undefined && epoch % everyEpochs === 0) return true;
    return performance.now() - this.#written >= this.#interval;
  }

  /** Whether the last checkpoint read or written is of this state. */
  isWritten({ step }: Position): boolean {
    return this.#step === step;
  }

  /** Writes a checkpoint and returns its length in bytes. */
  async write(state: TrainingState): Promise<number> {
    const bytes = await encodeCheckpoint(state);
    await this.#options.store.write(bytes);
    this.#written = performance.now();
    this.#step = state.step;
    return bytes.length;
  }

  /**
   * The state to go on from, if there is one.
   *
   * @param expected - parameters and optimizer state as the step has them now
   * @throws TensorecError `checkpoint` when it is damaged or of another training, with what to do.
   */
  async read(expected: {
    readonly parameters: NamedArrays;
    readonly optimizerState: NamedArrays;
  }): Promise<TrainingState | undefined> {
    const { store } = this.#options;
    const bytes = await store.read();
    if (bytes === undefined) return undefined;
    const state = await decodeCheckpoint(bytes, store.name);
    const other = differences(state.identity, this.#identity);
    const wrong =
      misfit(state.parameters, expected.parameters) ??
      misfit(state.optimizerState, expected.optimizerState) ??
      misfit(state.best?.parameters ?? expected.parameters, expected.parameters);
    if (other.length === 0 && wrong === undefined) {
      this.#step = state.step;
      return state;
    }
    throw new TensorecError(
      'checkpoint',
      `The checkpoint ${store.name} is of another training: ${other.join('; ') || wrong!}. ` +
        'Give this training a checkpoint of its own, or remove the old one to start anew.',
    );
  }
}
