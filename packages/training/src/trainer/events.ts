import type { Awaitable } from '../arrays.js';
import type { Identity } from '../identity.js';
import type { StopReason } from './options.js';

/** Where training stands: the next batch, and the updates made so far. */
export interface Position {
  /** From 1. */
  readonly epoch: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  /** Updates made so far. */
  readonly step: number;
}

/** What is told of a training while it runs; `seconds` are those of training so far, over all resumes. */
export type TrainingEvent =
  /** Training began from the start: what was told before is void. */
  | {
      readonly type: 'start';
      /** Milliseconds since 1970-01-01 UTC. */
      readonly time: number;
      readonly epochs: number;
      readonly batchesPerEpoch: number;
      readonly identity: Identity;
    }
  /** Training went on from a checkpoint: what was told of later positions is void. */
  | ({ readonly type: 'resume'; readonly time: number } & Position)
  /** The mean loss of the batches since the last event of this kind. */
  | ({
      readonly type: 'loss';
      readonly loss: number;
      readonly learningRate: number;
      readonly seconds: number;
    } & Position)
  /** An epoch ended. */
  | ({
      readonly type: 'epoch';
      /** The mean loss, and figures of the validation where there was one. */
      readonly values: Readonly<Record<string, number>>;
      readonly seconds: number;
    } & Position)
  /** A checkpoint of this position was written. */
  | ({ readonly type: 'checkpoint'; readonly bytes: number; readonly seconds: number } & Position)
  /** Training ended; the best epoch is known where there was a validation. */
  | ({
      readonly type: 'end';
      readonly stopped: StopReason;
      readonly bestEpoch?: number;
      readonly seconds: number;
    } & Position)
  /** Training failed with an error of this library. */
  | ({ readonly type: 'failure'; readonly message: string; readonly seconds: number } & Position);

/** Takes events, one after the other. */
export interface EventLog {
  /** Notes an event; training waits for it, and what it throws ends the training. */
  write(event: TrainingEvent): Awaitable<void>;
}
