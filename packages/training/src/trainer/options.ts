import type { CallOptions, TrainingEpoch } from '@tensorec/core';
import type { CheckpointOptions } from './checkpoint-store.js';
import type { EventLog } from './events.js';
import type { Validation } from './validation.js';

/** A learning rate for every update: a function of the number of updates made before, and of nothing else. */
export type LearningRateSchedule = (step: number) => number;

/** Options of `train`. */
export interface TrainOptions extends CallOptions {
  /** Most epochs, a whole number ≥ 1. */
  readonly epochs: number;
  /** A number ≥ 0, or a function of the step that gives one. */
  readonly learningRate: number | LearningRateSchedule;
  /** Batches whose gradients make one update, for steps that accumulate; a whole number ≥ 1, default 1. */
  readonly accumulate?: number | undefined;
  /** Of the random numbers that steps draw, a safe integer ≥ 0; default 0. */
  readonly seed?: number | undefined;
  /** How the best epoch is found, whose parameters are restored at the end; default: the last epoch's stay. */
  readonly validation?: Validation | undefined;
  /** Minutes of training, over all resumes, after which no batch is begun; default no bound. */
  readonly maxMinutes?: number | undefined;
  /** Where and when the state is kept, and taken up again; default not at all. */
  readonly checkpoints?: CheckpointOptions | undefined;
  /** Told what happens. */
  readonly log?: EventLog | undefined;
  /** Called after each epoch with its mean `loss` and the figures of its validation; after a resume first for those before. */
  readonly onEpoch?: ((epoch: TrainingEpoch) => void) | undefined;
  /** What progress is called, for people; default `train`. */
  readonly stage?: string | undefined;
}

/** Why training ended: all epochs done, no improvement for as long as was waited for, or time over. */
export type StopReason = 'epochs' | 'patience' | 'time';

/** What `train` did. */
export interface TrainingResult {
  readonly stopped: StopReason;
  /** Epochs that were finished. */
  readonly epochs: number;
  /** Updates made. */
  readonly steps: number;
  /** One entry an epoch: its mean `loss` and the figures of its validation. */
  readonly history: readonly TrainingEpoch[];
  /** The epoch whose parameters the model has now; undefined without a validation. */
  readonly best: { readonly epoch: number; readonly value: number } | undefined;
  /** Seconds of training, over all resumes. */
  readonly seconds: number;
  /** Whether training went on from a checkpoint. */
  readonly resumed: boolean;
}
