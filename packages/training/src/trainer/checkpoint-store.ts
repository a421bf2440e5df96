import type { Identity } from '../identity.js';

/** Keeps the bytes of one checkpoint. `CheckpointFile` of `@tensorec/training/node` keeps them in a file. */
export interface CheckpointStore {
  /** Where that is, for messages. */
  readonly name: string;
  /** What was written last, or undefined. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces what was written before, all of it or nothing. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Where and when the whole state of a training is kept. It is kept at the end in any case. */
export interface CheckpointOptions {
  /** Read when training starts: it goes on from what is there. */
  readonly store: CheckpointStore;
  /** Epochs from one checkpoint to the next, a whole number ≥ 1; default none. */
  readonly everyEpochs?: number | undefined;
  /** Minutes from one checkpoint to the next, also within an epoch; default 5, or none where `everyEpochs` is given. */
  readonly everyMinutes?: number | undefined;
  /**
   * What else determines the training: the name of the model, its hyper-parameters, versions. A checkpoint of other
   * settings is refused.
   */
  readonly settings?: Identity | undefined;
}
