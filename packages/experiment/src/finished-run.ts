import type { Id, TrainingEpoch } from '@tensorec/core';
import type { Evaluation } from '@tensorec/evaluation';
import type { ModelRun } from './report.js';

/** All that the report needs of one fit and evaluation of a model. */
export interface FinishedRun {
  /** With the metrics that the experiment asks for. */
  readonly run: ModelRun;
  /** Means of all metrics, values of users for those that the experiment asks for. */
  readonly evaluation: Evaluation;
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
  /** Highest resident memory seen, in bytes; 0 where it is not known. */
  readonly peakRss: number;
  /** Of the first run alone. */
  readonly first?: FirstFit | undefined;
}

/** What is kept of the model of the first run. */
export interface FirstFit {
  /** Where the model was saved. */
  readonly artifact?: string | undefined;
  /** What it recommends to the users of the examples; none where lists mean nothing. */
  readonly lists?: readonly (readonly Id[])[] | undefined;
  /** What it reported while it trained. */
  readonly training: readonly TrainingEpoch[];
}

/** Keeps finished runs where they outlive the process. */
export interface RunStore {
  /** The run that was kept under a key, if it is whole and the model that it saved is still there. */
  find(key: string): Promise<FinishedRun | undefined>;
  /** Keeps a run; whatever hinders that is noted and does not end the experiment. */
  keep(key: string, run: FinishedRun): Promise<void>;
  /** What a reader of the report must know: kept runs that could not be used, or could not be written. */
  notes(): readonly string[];
}
